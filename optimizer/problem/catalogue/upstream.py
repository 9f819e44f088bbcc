"""Tactics that build demand: for broad audiences, slow to work and slow to fade."""

from __future__ import annotations

from optimizer.problem.catalogue.template import Because, Template

_LEONE = (
    "Advertising's effect lasts six to nine months on average (Leone 1995, Marketing Science 14, G141); taken "
    "as the time until 90 % of it has arrived, that is a half-life of eight to twelve weeks"
)
_THRESHOLD = "Too little goes unnoticed and a large presence saturates, so it is S-shaped"

EDUCATIONAL_CONTENT = Template(
    key="educational_content",
    name="Educational content (articles, e-books)",
    stage="upstream",
    does="Explains the problem and its solutions to people who search for answers, and is found again for months.",
    audience="Broad: everyone with the problem, most of them not buying yet.",
    family="hill",
    shape=1.0,
    saturation=0.4,
    half_life=9.0,
    lead=8.0,
    because=Because(
        curve="Each further article answers a rarer question: diminishing returns from the first on. 40 % is a "
        "judgement: "
        "few libraries are near their ceiling.",
        adstock=f"{_LEONE}; an article that stays on the site is taken as lasting as long as advertising does.",
        lead="Two months is a judgement: search engines need weeks to list an article, and readers weeks to ask for "
        "an offer.",
    ),
)

INDUSTRY_EVENTS = Template(
    key="industry_events",
    name="Industry events and conferences",
    stage="upstream",
    does="Meets many possible buyers and partners face to face within days, and is followed up for months.",
    audience="Broad within one industry: those who decide, those who use, and those who talk about it.",
    family="hill",
    shape=2.0,
    saturation=0.35,
    half_life=6.0,
    lead=13.0,
    because=Because(
        curve=f"{_THRESHOLD}: shape 2. A small stand is passed by; after the main fairs of an industry only lesser "
        "ones are left. "
        "35 % is a judgement.",
        adstock="Contacts cool unless they are followed up; six weeks is a judgement, below that of advertising.",
        lead="A quarter is a judgement: contacts become offers at the pace of the buyers' own budgets.",
    ),
)

SOCIAL_MEDIA = Template(
    key="social_media",
    name="Social media engagement",
    stage="upstream",
    does="Keeps the brand in the conversations of its followers and of those whom they reach.",
    audience="Broad: followers, their contacts, and whoever the networks show it to.",
    family="exponential",
    saturation=0.5,
    half_life=3.0,
    lead=4.0,
    because=Because(
        curve="Followers who have seen it once are shown it again: diminishing returns from the first on. 50 % is a "
        "judgement.",
        adstock="Word of mouth carries on for substantially longer than marketing events do (Trusov, Bucklin and "
        "Pauwels 2009, "
        "Journal of Marketing 73, 90–102: weeks against days); three weeks stands between a post and a campaign.",
        lead="One month is a judgement: attention comes at once, demand after several contacts.",
    ),
)

PARTNER_MARKETING = Template(
    key="partner_marketing",
    name="Partner marketing",
    stage="upstream",
    does="Reaches the customers of other firms through joint offers, referrals and co-branded content.",
    audience="Broad: the partners' customers, who trust the partner already.",
    family="hill",
    shape=1.0,
    saturation=0.35,
    half_life=8.0,
    lead=8.0,
    because=Because(
        curve="The best partners come first and each further one brings less: concave. 35 % is a judgement.",
        adstock="A listing or a referral agreement goes on working without money; two months is a judgement, in the "
        "range that "
        "holds for advertising.",
        lead="Two months is a judgement: partners plan their own campaigns ahead.",
    ),
)

MARKET_RESEARCH = Template(
    key="market_research",
    name="Market research",
    stage="upstream",
    does="Finds out what possible buyers need and publishes it, so that offers fit and the firm is quoted.",
    audience="Broad: the whole market is asked, and the trade press reads the results.",
    family="hill",
    shape=1.5,
    saturation=0.5,
    half_life=12.0,
    lead=26.0,
    because=Because(
        curve=f"{_THRESHOLD}, mildly: shape 1.5. A sample that is too small says nothing, a second study repeats "
        "the first. "
        "50 % is a judgement.",
        adstock="Findings stay in use until the market moves; a quarter is a judgement, the upper end of what holds "
        "for advertising.",
        lead="Half a year is a judgement: a study, a decision and a launch lie between the money and the demand.",
    ),
)

TOOLS = Template(
    key="tools",
    name="Tools (calculator, quiz)",
    stage="upstream",
    does="Lets people work out their own case, and shows them in passing what they lack.",
    audience="Broad: people who compare and reckon before they talk to anyone.",
    family="hill",
    shape=1.5,
    saturation=0.4,
    half_life=10.0,
    lead=4.0,
    because=Because(
        curve=f"{_THRESHOLD}, mildly: shape 1.5. Half a tool is none; the second one finds fewer users. 40 % is a "
        "judgement.",
        adstock="A tool goes on working as it stands and ages with its data; ten weeks is a judgement, close to "
        "that of advertising.",
        lead="One month is a judgement: whoever uses a calculator is nearer to a decision than whoever reads.",
    ),
)

FREE_TRIALS = Template(
    key="free_trials",
    name="Free trials and demonstrations",
    stage="upstream",
    does="Lets possible buyers use the product before they pay, with somebody who shows them how.",
    audience="Broad within those who know the product: interested, not decided.",
    family="exponential",
    saturation=0.55,
    half_life=2.0,
    lead=4.0,
    because=Because(
        curve="Those who are keenest try first: diminishing returns from the first on. 55 % is a judgement: the "
        "pool of the "
        "interested is smaller than that of readers.",
        adstock="Who has tried and not bought forgets soon; two weeks is a judgement, about half a usual trial of "
        "thirty days.",
        lead="One month: the usual length of a trial.",
    ),
)

UPSTREAM = (
    EDUCATIONAL_CONTENT,
    INDUSTRY_EVENTS,
    SOCIAL_MEDIA,
    PARTNER_MARKETING,
    MARKET_RESEARCH,
    TOOLS,
    FREE_TRIALS,
)
