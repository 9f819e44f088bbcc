"""Tactics that convert demand: for specific audiences, quick to work and quick to fade."""

from __future__ import annotations

from optimizer.problem.catalogue.template import Because, Template

IN_MARKET_ADVERTISING = Template(
    key="in_market_advertising",
    name="Advertising to in-market audiences",
    stage="downstream",
    does="Shows offers to people who are searching for or comparing such products just now.",
    audience="Specific: people with an intention to buy, found by their searches and visits.",
    family="exponential",
    saturation=0.65,
    half_life=1.0,
    because=Because(
        curve="The clearest searches are bought first, then vaguer ones at the same price: concave. Short-term "
        "advertising "
        "elasticities are small, 0.12 on average (Sethuraman, Tellis and Briesch 2011, Journal of Marketing "
        "Research), so today's "
        "spend is taken to be well up its curve: 65 %.",
        adstock="An intention to buy is acted on within days; one week is a judgement.",
    ),
)

SALES_PROMOTIONS = Template(
    key="sales_promotions",
    name="Sales promotions and discounts",
    stage="downstream",
    does="Lowers the price for a while so that those who hesitate buy now.",
    audience="Specific: buyers who compare prices, and customers who stock up.",
    family="hill",
    shape=1.5,
    saturation=0.5,
    half_life=0.0,
    because=Because(
        curve="A small discount moves nobody and a deep one reaches everybody who can be moved: S-shaped, mildly. "
        "50 % is a judgement.",
        adstock="None: sales rise while the offer lasts; purchases that were only brought forward are even missing "
        "afterwards, which a "
        "curve that never falls cannot say. Judge the curve by what is left after them.",
    ),
)

PERSONAL_SELLING = Template(
    key="personal_selling",
    name="Personal selling",
    stage="downstream",
    does="Talks to each possible buyer in person until the deal is made or lost.",
    audience="Specific: named accounts with an open need.",
    family="hill",
    shape=1.0,
    saturation=0.55,
    half_life=6.0,
    because=Because(
        curve="The most promising accounts are visited first: concave. 55 % is a judgement: selling moves sales "
        "more than "
        "advertising does, so today's spend is taken to be less far up its curve.",
        adstock="A relation outlasts the visit by about one round of decisions; six weeks is a judgement.",
    ),
)

CUSTOMER_SERVICE = Template(
    key="customer_service",
    name="Customer service",
    stage="downstream",
    does="Answers questions before and after the purchase, so that orders are completed and repeated.",
    audience="Specific: people in the middle of an order, and customers.",
    family="exponential",
    saturation=0.7,
    half_life=8.0,
    because=Because(
        curve="Answering the first in the queue saves the most; once nobody waits more staff adds little. 70 % is a "
        "judgement.",
        adstock="Whoever was served well comes back at the next need; two months is a judgement.",
    ),
)

RETARGETING = Template(
    key="retargeting",
    name="Retargeting",
    stage="downstream",
    does="Shows people who left without buying what they looked at.",
    audience="Specific: recent visitors, known by their visit.",
    family="exponential",
    saturation=0.8,
    half_life=0.5,
    because=Because(
        curve="The visitors of the last days are few and soon seen often enough: it saturates early. 80 % is a "
        "judgement.",
        adstock="A reminder works within days or not at all; half a week is a judgement.",
    ),
)

FREE_SHIPPING = Template(
    key="free_shipping",
    name="Free shipping and perks",
    stage="downstream",
    does="Takes away the last small cost or adds a small gift at the moment of the order.",
    audience="Specific: buyers with a full basket.",
    family="exponential",
    saturation=0.6,
    half_life=0.0,
    because=Because(
        curve="It is paid for order by order and helps those most who hesitate at the last step: concave. 60 % is a "
        "judgement.",
        adstock="None: it decides the order at hand.",
    ),
)

EMAIL_OFFERS = Template(
    key="email_offers",
    name="E-mail offers",
    stage="downstream",
    does="Sends offers to people who have asked to be written to.",
    audience="Specific: the firm's own list of customers and of people who left their address.",
    family="exponential",
    saturation=0.75,
    half_life=1.0,
    because=Because(
        curve="The list is finite and a second letter in a week is read by fewer: it saturates early. 75 % is a "
        "judgement.",
        adstock="A letter is read within days and its offer ends soon; one week is a judgement.",
    ),
)

DOWNSTREAM = (
    IN_MARKET_ADVERTISING,
    SALES_PROMOTIONS,
    PERSONAL_SELLING,
    CUSTOMER_SERVICE,
    RETARGETING,
    FREE_SHIPPING,
    EMAIL_OFFERS,
)
