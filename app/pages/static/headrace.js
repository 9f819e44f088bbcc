// Everything here is a comfort: pages read, solve and compare without it.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const phone = matchMedia("(max-width: 40rem)");
const tablet = matchMedia("(max-width: 64rem)");

// Charts: a picture until somebody wants to point at it.
function library() {
  library.loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.charts;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  return library.loading;
}

async function interact(figure, button) {
  button.disabled = true;
  const address = new URL(figure.dataset.chart, location.href);
  address.searchParams.set("theme", dark.matches ? "dark" : "light");
  address.searchParams.set("room", phone.matches ? "narrow" : tablet.matches ? "middle" : figure.dataset.room);
  const answer = await fetch(address);
  const specification = await answer.json();
  await library();
  const place = document.createElement("div");
  figure.querySelector(".picture").replaceWith(place);
  await vegaEmbed(place, specification, {
    actions: false, ast: true, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true },
  });
  button.remove();
}

function dress(root) {
  for (const figure of root.querySelectorAll("figure[data-chart]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = "Point at values";
    button.addEventListener("click", () => interact(figure, button).catch(() => { button.disabled = false; }));
    figure.append(button);
  }
}

// A picture that takes solves is asked for when it is wanted, and not before.
addEventListener("toggle", ({ target }) => {
  const later = target.open ? target.querySelector("template") : null;
  if (!later) return;
  later.replaceWith(later.content);
  dress(target);
}, true);

// A point before three decimals could be taken for one between thousands.
const unmistakable = (value) => (/^-?[1-9]\d{0,2}\.\d{3}$/.test(String(value)) ? `${value}0` : String(value));

// Thousands apart by spaces, as the service writes them.
const spaced = (value) => String(value).replace(/^(-?)(\d{5,})(?=\.|$)/, (_, sign, digits) => sign + digits.replace(/\B(?=(\d{3})+$)/g, " "));

// Where a slider stands while a number is typed; the service alone decides what is meant, and what is no number.
function meant(typed) {
  const text = typed.replaceAll(/(?!(?<=\d)e[-+]?\d)[^-+\d.,−]/gi, "").replace("−", "-");
  const signs = [...text].filter((sign) => sign === "." || sign === ",");
  const last = signs.at(-1);
  const grouping = signs.length > 1 && signs.every((sign) => sign === last);
  const decimal = grouping || (last === "," && /^-?[1-9]\d{0,2},\d{3}$/.test(text)) ? "" : last;
  const plain = [...text].map((sign) => (sign === decimal ? "." : ".,".includes(sign) ? "" : sign)).join("");
  return typed.includes("%") ? plain / 100 : plain;
}

const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

// What-if: the form answers in place; the old answer stays, greyed, until the new one is there.
function live(form) {
  const place = document.querySelector(form.dataset.live);
  const knobs = form.querySelector("#knobs");
  const heard = Object.assign(document.createElement("p"), { className: "hidden", role: "status" });
  let waiting = null;
  let asked = null;
  let here = location.pathname + location.search;
  let told = !place.querySelector("#far");  // whether what is shown is the answer of the address
  let found = form.elements.find?.value;

  const slide = () => {
    for (const slider of knobs.querySelectorAll("input[type=range]")) slider.hidden = false;
  };
  const mark = (fresh) => {
    for (const words of knobs.querySelectorAll(".wrong-words")) {
      words.textContent = fresh.getElementById(words.id)?.textContent ?? "";
      words.hidden = !words.textContent;
      const input = document.getElementById(words.id.replace("-wrong", ""));
      input.classList.toggle("wrong", !words.hidden);
      input.toggleAttribute("aria-invalid", !words.hidden);
    }
  };
  const call = (fresh) => {  // by its change, unless somebody says otherwise
    const hint = fresh.getElementById("name-hint");
    if (hint) document.getElementById("name-hint").textContent = hint.textContent;
  };
  const shelve = (fresh) => {  // the limits that are looked for
    if (found === form.elements.find?.value) return;
    found = form.elements.find.value;
    knobs.replaceChildren(...fresh.querySelector("#knobs").childNodes);
    slide();
  };
  const show = (fresh) => {  // whether it is the answer
    const answer = fresh.querySelector(form.dataset.live) ?? fresh.querySelector("main");
    const far = answer.querySelector("#far");
    place.classList.toggle("stale", far !== null);
    if (far) {
      place.querySelector("#far")?.remove();
      place.querySelector("h2").after(far);
      return false;
    }
    const open = place.querySelector("details")?.open;
    place.replaceChildren(...answer.childNodes);
    if (open && place.querySelector("details")) place.querySelector("details").open = true;
    dress(place);
    heard.textContent = place.querySelector("h2")?.textContent ?? "";
    return true;
  };
  const follow = async (answer, signal) => {
    let fresh = await parsed(answer);
    if (answer.redirected && answer.url !== location.href) {  // an answer that was shown can be gone back to
      if (told) history.pushState(null, "", answer.url);
      else history.replaceState(history.state, "", answer.url);
      told = false;
      here = location.pathname + location.search;
    }
    mark(fresh);
    call(fresh);
    shelve(fresh);
    while (!show(fresh)) {
      fresh = await parsed(await fetch(answer.url, { signal, headers: { Prefer: "wait=1" } }));
    }
    told = true;
  };
  const ask = async (address, sent) => {
    clearTimeout(waiting);
    waiting = null;
    asked?.abort();
    const own = asked = new AbortController();
    old();
    try {
      await follow(await fetch(address, { ...sent, signal: own.signal, headers: { Prefer: "wait=1" } }), own.signal);
    } catch {
      if (!own.signal.aborted) {
        heard.textContent = "No answer has come: press Answer to ask again.";
        if (place.querySelector("#far")) place.querySelector("#far").textContent = heard.textContent;
      }
    }
    if (asked !== own) return;
    asked = null;
    if (waiting !== null) send();
  };
  const send = () => ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const old = () => {  // what is shown is not of what stands in the form
    place.classList.add("stale");
    if (place.querySelector("#far")) return;
    const title = place.querySelector("h2");
    title.textContent = "The answer of before";
    title.after(Object.assign(document.createElement("p"), { id: "far", className: "going", textContent: "Solving …" }));
  };
  const soon = () => {  // an answer that is nearly there is waited for
    clearTimeout(waiting);
    waiting = setTimeout(send, asked ? 1500 : 200);
  };

  place.before(heard);
  slide();
  form.addEventListener("input", ({ target }) => {
    if (target.name === "name") return;
    if (target.type === "range") {
      document.getElementById(target.dataset.for).value = spaced(unmistakable(Number(target.value).toPrecision(6) * 1));
    } else if (target.name !== "find") {
      knobs.querySelector(`[data-for="${target.id}"]`).value = meant(target.value);
    }
    if (target.name !== "find") old();
    soon();
  });
  addEventListener("popstate", () => { if (location.pathname + location.search !== here) location.reload(); });
  if (place.querySelector("#far")) ask(location.href, {});
}

// What is being worked on is looked at again every few seconds; when it has ended, the page shows what came of it.
function watch(section) {
  const from = section.dataset.from ?? location.href;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(from).catch(() => null);
    if (!answer?.ok) return;
    const page = await parsed(answer);
    const fresh = page.querySelector(`[data-refresh="${section.dataset.refresh}"] ${section.dataset.refresh}`);
    if (fresh) document.querySelector(section.dataset.refresh).replaceChildren(...fresh.childNodes);
    else { clearInterval(timer); location.reload(); }
  }, section.dataset.every ?? 2000);
}

// On paper the figures stand open.
const folded = [];
addEventListener("beforeprint", () => {
  folded.push(...document.querySelectorAll("details.figures:not([open])"));
  for (const each of folded) each.open = true;
});
addEventListener("afterprint", () => { for (const each of folded.splice(0)) each.open = false; });

// What was typed and not sent is asked for before the page is left.
function keep(form) {
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}

// A page that a browser kept is not shown to whoever comes after the one who signed out.
addEventListener("pageshow", async ({ persisted }) => {
  const back = persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!back || !document.querySelector(".leave")) return;
  const answer = await fetch("/jobs", { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.type === "opaqueredirect") location.reload();
});

dress(document);
document.querySelectorAll("form[data-keep]").forEach(keep);
document.querySelectorAll("section[data-refresh]").forEach(watch);
document.querySelectorAll("form[data-live]").forEach(live);
