// Saves the reload: posts forms, asks once a second what changed, swaps only what differs, keeps focus and typing.
"use strict";
(() => {
  const body = document.body, url = body.dataset.url, stream = document.getElementById("stream");
  const place = document.getElementById("modal-place"), say = document.getElementById("status");
  const seen = (id) => `seen:${body.dataset.person}:${id}`;
  let revision = body.dataset.revision, asking = null, returnTo = null;

  const atEnd = () => stream.scrollHeight - stream.scrollTop - stream.clientHeight < 80;
  const toEnd = () => { if (stream.getAttribute("role") === "log") stream.scrollTop = stream.scrollHeight; };
  const parsed = (html) => { const t = document.createElement("template"); t.innerHTML = html; return t.content; };

  // What a person opened or typed in an element survives its replacement.
  function keep(before, after) {
    for (const old of before.querySelectorAll("[id]")) {
      const now = after.querySelector("#" + CSS.escape(old.id));
      if (!now) continue;
      if (old.tagName === "DETAILS") now.open = old.open;
      if (old.type === "checkbox" || old.type === "radio") now.checked = old.checked;
      else if (old.matches("select")) {
        const picked = new Set([...old.selectedOptions].map((option) => option.value));
        if ([...now.options].some((option) => picked.has(option.value)))
          for (const option of now.options) option.selected = picked.has(option.value);
      } else if (old.matches("input:not([type=hidden]), textarea")) now.value = old.value;
    }
  }

  function refocus(id, range) {
    const found = id && document.getElementById(id);
    if (!found || found === document.activeElement) return;
    found.focus({ preventScroll: true });
    if (range && found.setSelectionRange) try { found.setSelectionRange(...range); } catch { /* not a text field */ }
  }

  function focused() {
    const at = document.activeElement;
    let range = null;
    try { range = at && at.selectionStart != null ? [at.selectionStart, at.selectionEnd] : null; } catch { /* same */ }
    return [at && at.id, range];
  }

  function drawStream(html) {
    const fresh = parsed(html), follow = atEnd(), focus = focused(), wanted = [...fresh.children];
    const had = new Map([...stream.children].map((node) => [node.id, node]));
    const ids = new Set(wanted.map((node) => node.id));
    for (const [id, node] of had) if (!ids.has(id)) node.remove();
    wanted.forEach((node, index) => {
      const old = had.get(node.id);
      node.dataset.source = node.outerHTML;
      if (old && old.isConnected && (old.dataset.source || source(old)) === node.dataset.source) return;
      if (old && old.isConnected) { keep(old, node); old.replaceWith(node); }
      else stream.insertBefore(node, stream.children[index] || null);
    });
    refocus(...focus);
    if (follow) toEnd();
  }

  function source(node) { const copy = node.cloneNode(true); delete copy.dataset.source; return copy.outerHTML; }

  function drawModal(html) {
    const next = parsed(html).querySelector("dialog"), now = place.querySelector("dialog");
    if (!next && !now) return;
    if (!next) { now.close(); now.remove(); refocus(returnTo, null); returnTo = null; return; }
    if (now && now.dataset.view === next.dataset.view && now.dataset.version === next.dataset.version) return;
    const focus = focused(), same = now && now.dataset.view === next.dataset.view;
    if (!now) returnTo = focus[0];
    if (same) keep(now, next);
    next.removeAttribute("open");
    place.replaceChildren(next);
    show(next);
    const wrong = next.querySelector(".wrong input, .wrong select, .wrong textarea");
    if (wrong) wrong.focus(); else if (same) refocus(...focus); else first(next).focus();
  }

  const first = (dialog) => dialog.querySelector(".inside :is(input:not([type=hidden]), select, textarea)")
    || dialog.querySelector("#modal-submit") || dialog.querySelector("#modal-title");

  function show(dialog) {
    dialog.removeAttribute("open");
    dialog.showModal();
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); dialog.querySelector("#modal-close").click(); });
  }

  function drawNav(html) {
    const focus = focused();
    document.getElementById("nav-lists").replaceChildren(parsed(html));
    refocus(...focus);
    markNew();
  }

  function markNew() {
    for (const link of document.querySelectorAll("#nav-lists a[data-latest]")) {
      const key = seen(link.id), latest = link.dataset.latest;
      if (link.hasAttribute("aria-current")) localStorage.setItem(key, latest);
      const fresh = latest > (localStorage.getItem(key) || "");
      link.classList.toggle("fresh", fresh);
      if (fresh && !link.querySelector(".new")) link.insertAdjacentHTML("beforeend", '<span class="new">new</span>');
    }
  }

  function poll() {
    if (asking) return asking;
    asking = fetch(`${url}/changes?since=${revision}`).then(async (answer) => {
      body.classList.remove("lost");
      if (answer.status !== 200) return;
      const news = await answer.json();
      revision = String(news.revision);
      drawStream(news.stream); drawModal(news.modal); drawNav(news.nav);
    }).catch(() => body.classList.add("lost")).finally(() => { asking = null; });
    return asking;
  }

  async function send(action, data) {
    body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(action, { method: "POST", body: data, headers: { "X-Page": "script" } });
      const error = answer.ok ? (await answer.json()).error : "";
      say.textContent = error ? `The app did not take that (${error}). Try again.` : answer.ok ? "" : await answer.text();
    } catch { say.textContent = "The sandbox does not answer. Is it still running?"; }
    body.removeAttribute("aria-busy");
    if (asking) await asking;
    await poll();
  }

  function confirmed(text) {
    const ask = JSON.parse(text), box = document.getElementById("confirm"), yes = box.querySelector("#confirm-yes");
    box.querySelector("#confirm-title").textContent = ask.title.text;
    box.querySelector("#confirm-text").textContent = ask.text.text;
    yes.textContent = ask.confirm.text;
    yes.className = `button ${ask.style === "danger" ? "danger" : "primary"}`;
    box.querySelector("#confirm-no").textContent = ask.deny.text;
    box.returnValue = "no";
    box.showModal();
    return new Promise((done) => box.addEventListener("close", () => done(box.returnValue === "yes"), { once: true }));
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post") return;
    event.preventDefault();
    const data = new FormData(form);
    if (button && button.name) data.set(button.name, button.value);
    if (button && button.dataset.confirm) {
      if (!await confirmed(button.dataset.confirm)) return;
      data.set("confirmed", "yes");
    }
    if (button && button.getAttribute("aria-disabled") === "true") return;
    if (button) button.setAttribute("aria-disabled", "true");
    const action = button && button.hasAttribute("formaction") ? button.formAction : form.action;
    const typed = form.querySelector("[name=text]");
    if (typed) { typed.value = ""; grow(typed); toEnd(); }
    await send(action, data);
    if (button && button.isConnected) button.removeAttribute("aria-disabled");
    if (typed) { typed.focus(); if (form.id === "composer") toEnd(); }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-act]"), chip = event.target.closest("[data-fill]");
    if (link) {
      const data = new FormData(link.closest("form"));
      data.set("act", link.dataset.act); data.set("confirmed", "yes");
      send(`${url}/click`, data);
    }
    if (chip) {
      const box = document.getElementById("composer-text");
      box.value = chip.dataset.fill; box.focus(); grow(box);
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "as") event.target.form.submit();
    if (!event.target.dataset.dispatch) return;
    const data = new FormData(event.target.form);
    data.set("act", event.target.dataset.dispatch);
    send(`${url}/click`, data);
  });

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "composer-text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  const grow = (box) => { if (box.tagName === "TEXTAREA") { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight, 160)}px`; } };
  document.addEventListener("input", (event) => { if (event.target.id === "composer-text") grow(event.target); });

  for (const node of stream.children) node.dataset.source = source(node);
  const waiting = place.querySelector("dialog");
  if (waiting) { show(waiting); first(waiting).focus(); }
  else if (document.getElementById("composer-text") && matchMedia("(min-width: 48rem)").matches) document.getElementById("composer-text").focus();
  body.classList.add("scripted");
  markNew(); toEnd();
  const current = document.querySelector("#nav [aria-current]");
  if (current) current.scrollIntoView({ inline: "center", block: "nearest" });
  setInterval(() => { if (!document.hidden) poll(); }, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
})();
