// Everything here is a comfort: pages read, solve and compare without it.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");

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

for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = "Point at values";
  button.addEventListener("click", () => interact(figure, button).catch(() => { button.disabled = false; }));
  figure.append(button);
}

// A point before three decimals could be taken for one between thousands.
const unmistakable = (value) => (/^-?[1-9]\d{0,2}\.\d{3}$/.test(String(value)) ? `${value}0` : String(value));

// What-if: the form answers in place; the old answer stays, greyed, until the new one is there.
function live(form) {
  let waiting = null;
  let asked = null;
  const place = document.querySelector(form.dataset.live);
  const mark = (fresh) => {
    for (const words of form.querySelectorAll(".wrong-words")) {
      const told = fresh.getElementById(words.id);
      words.textContent = told?.textContent ?? "";
      words.hidden = !words.textContent;
      const input = document.getElementById(words.id.replace("-wrong", ""));
      input.classList.toggle("wrong", !words.hidden);
      input.toggleAttribute("aria-invalid", !words.hidden);
    }
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    place.classList.add("stale");
    const sent = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), signal: asked.signal,
    });
    const page = new DOMParser().parseFromString(await sent.text(), "text/html");
    const fresh = page.querySelector(form.dataset.live) ?? page.querySelector("main");
    mark(page);
    place.replaceChildren(...fresh.childNodes);
    place.classList.remove("stale");
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => {}), 250);
  };
  for (const slider of form.querySelectorAll("input[type=range]")) {
    const number = document.getElementById(slider.dataset.for);
    slider.hidden = false;
    slider.addEventListener("input", () => { number.value = unmistakable(Number(slider.value).toPrecision(6) * 1); soon(); });
    number.addEventListener("input", () => { slider.value = number.value.replaceAll(",", ""); soon(); });
  }
}

// Of many limits those are shown whose words are typed.
for (const place of document.querySelectorAll("[data-filter]")) {
  place.hidden = false;
  const box = place.querySelector("input");
  box.addEventListener("input", () => {
    for (const knob of place.parentElement.querySelectorAll(".knob")) {
      knob.hidden = !knob.textContent.toLowerCase().includes(box.value.toLowerCase());
    }
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

// What is being worked on is looked at again every few seconds; when it has ended, the page shows what came of it.
function watch(section) {
  const from = section.dataset.from ?? location.href;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(from).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(`[data-refresh="${section.dataset.refresh}"] ${section.dataset.refresh}`);
    if (fresh) document.querySelector(section.dataset.refresh).replaceChildren(...fresh.childNodes);
    else { clearInterval(timer); location.reload(); }
  }, 2000);
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

document.querySelectorAll("form[data-keep]").forEach(keep);
document.querySelectorAll("section[data-refresh]").forEach(watch);
document.querySelectorAll("form[data-live]").forEach(live);
