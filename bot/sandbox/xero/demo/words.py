"""Words for made-up people, firms and goods. Invented, though some will exist somewhere."""

from __future__ import annotations

FIRST = (
    "Agnes", "Bram", "Cora", "Dilip", "Esme", "Farid", "Greta", "Hugo", "Ines", "Jonah", "Kaya", "Lars",
    "Mina", "Noor",
    "Odile", "Piet", "Quinn", "Rosa", "Sven", "Tilda", "Umar", "Vera", "Wanda", "Xavier", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Ashworth", "Brandt", "Castellan", "Drummond", "Eriksen", "Fairweather", "Gallego", "Hathaway", "Ibsen",
    "Jessop",
    "Keller", "Lindqvist", "Marchetti", "Novak", "O'Dowd", "Pemberton", "Quayle", "Rasmussen", "Schäfer",
    "Thorne",
    "Uttley", "Villiers", "Wójcik", "Yarrow", "Zielinski", "Søndergård",
)  # fmt: skip
TRADES = (
    "Chandlery", "Boatworks", "Fisheries", "Rope & Sail", "Logistics", "Ironmongers", "Timber", "Bakery",
    "Printers",
    "Software", "Cleaning Services", "Insurance Brokers", "Marine Engines", "Coffee Roasters",
    "Design Studio",
    "Cold Storage", "Surveyors", "Training", "Haulage", "Packaging",
)  # fmt: skip
FORMS_GB = ("Ltd", "Limited", "LLP", "plc", "& Sons", "")
FORMS_EU = ("GmbH", "B.V.", "SARL", "S.r.l.", "AB", "A/S")
FORMS_US = ("Inc.", "LLC", "Corp.")
# code | name | sales price
_GOODS = """
ROPE-12|Mooring rope 12 mm, per metre|3.4550
ROPE-20|Mooring rope 20 mm, per metre|7.2500
SAIL-M|Mainsail, made to measure|1850.0000
SAIL-REP|Sail repair, per hour|48.0000
ANCH-10|Plough anchor 10 kg|129.9900
ANCH-16|Plough anchor 16 kg|189.9900
BUOY-S|Marker buoy, small|12.3333
BUOY-L|Marker buoy, large|31.6667
PAINT-W|Antifouling white 2.5 l|54.1667
PAINT-B|Antifouling blue 2.5 l|54.1667
VARN-1|Yacht varnish 1 l|22.0800
LIFE-A|Life jacket, adult|79.0000
LIFE-C|Life jacket, child|59.0000
LAMP-N|Navigation lamp LED|41.2500
PUMP-B|Bilge pump 12 V|63.7500
FUEL-F|Fuel filter|8.1250
OIL-5|Engine oil 5 l|28.9500
CHART-N|Sea chart, North Sea|24.5000
FLAG-E|Ensign 3/4 yard|18.2000
BERTH-D|Berth, per day|22.5000
BERTH-M|Berth, per month|410.0000
CRANE|Crane lift|165.0000
SURVEY|Hull survey|320.0000
DELIV|Delivery, per mile|1.1250
GALLEY|Galley stove two rings|275.0000
WINCH|Self-tailing winch|612.5000
BLOCK-2|Double block 57 mm|36.4000
SHACK|Shackle, stainless, 8 mm|3.0200
TARP|Boat cover, per square metre|14.7800
GIFT|Gift voucher 🎁|25.0000
"""
# account code | what it was for
_COSTS = """
469|Workshop rent
445|Electricity
489|Telephone and internet
463|Software subscription
425|Courier
400|Trade fair stand
441|Legal advice
473|Roof repair
461|Printing
480|Safety course
449|Van service
310|Goods for resale
310|Goods for resale
310|Timber and rope
325|Subcontractor
408|Cleaning
485|Trade association
493|Train tickets
"""


def _table(text: str) -> list[list[str]]:
    return [row.split("|") for row in text.strip().splitlines()]


GOODS = [(code, name, price) for code, name, price in _table(_GOODS)]
COSTS = [(account, text) for account, text in _table(_COSTS)]
