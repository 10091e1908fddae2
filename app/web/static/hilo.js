// The little that pages do by themselves. Each part works without it: links lead, forms post.
"use strict";
document.documentElement.classList.add("js");

const $ = (what, where = document) => where.querySelector(what);
const $$ = (what, where = document) => [...where.querySelectorAll(what)];

// -- following what happens -------------------------------------------------------------------------------------------
// The server says which part has changed; the page is asked for again, and what is new of that part is put in.

const main = $("main[data-watch]");
let known = JSON.parse(main?.dataset.marks || "{}"); // those of the moment in which the page was made
let wanted = new Set();
let fetching = false;

function heard(marks) {
  const first = !Object.keys(known).length;
  const changed = Object.keys(marks).filter(part => known[part] !== marks[part]);
  known = marks;
  lost(false);
  if (first) return;
  changed.forEach(part => wanted.add(part));
  refresh();
}

async function refresh() {
  if (fetching || !wanted.size) return;
  const parts = wanted;
  wanted = new Set();
  fetching = true;
  try {
    const fresh = await page(location.href);
    if (fresh) replace(parts, fresh);
  } finally {
    fetching = false;
    if (wanted.size) refresh();
  }
}

async function page(address) {
  try {
    const answer = await fetch(address, {headers: {Accept: "text/html"}});
    if (answer.redirected && new URL(answer.url).pathname === "/login") location.reload();
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

// An element follows the parts that its data-part names; `frame` (what stands above each page) follows them all.
function replace(parts, fresh) {
  const follows = one => { const names = one.dataset.part.split(" "); return names.includes("frame") || names.some(name => parts.has(name)); };
  const theirs = new Map();
  const place = (one, counts) => { const at = counts.get(one.dataset.part) || 0; counts.set(one.dataset.part, at + 1); return `${one.dataset.part} ${at}`; };
  const counted = new Map();
  $$("[data-part]", fresh).forEach(one => theirs.set(place(one, counted), one));
  const counts = new Map();
  $$("[data-part]").map(one => [one, theirs.get(place(one, counts))]).filter(([one]) => follows(one)).forEach(([old, now]) => {
    if ("reload" in old.dataset) { if (!now || !("reload" in now.dataset)) location.reload(); return; }
    if (!now) return;
    if ("whole" in old.dataset) {
      const open = $$("details", old).map(one => one.open);
      if (plain(old) === plain(now)) return;
      old.replaceChildren(...now.childNodes);
      $$("details", old).forEach((one, at) => { if (open[at]) one.open = true; });
    } else merge(old, now);
  });
  tidy();
  light();
}

// What somebody has unfolded is no difference.
function plain(element) {
  const copy = element.cloneNode(true);
  $$("details", copy).forEach(one => one.removeAttribute("open"));
  return copy.innerHTML;
}

// Children that have not changed stay where they are, with focus, scroll and half-filled forms.
function merge(old, now) {
  const have = new Map([...old.children].map(one => [one.dataset.key, one]));
  const names = new Set([...now.children].map(one => one.dataset.key));
  const rest = [...old.children].filter(one => !names.has(one.dataset.key) && one.dataset.key !== "none");
  const next = [...now.children].map(one => {
    const before = have.get(one.dataset.key);
    if (!before) return one;
    const same = before.dataset.rev === one.dataset.rev;
    one.classList.toggle("at", before.classList.contains("at"));
    const busy = before.contains(document.activeElement) && document.activeElement.matches("input, textarea");
    if (same || busy) return before;
    $$("details", before).forEach((was, place) => { if (was.open && $$("details", one)[place]) $$("details", one)[place].open = true; });
    return one;
  });
  const whole = old.dataset.keep === "before" ? [...rest, ...next] : old.dataset.keep === "after" ? [...next, ...rest] : next;
  const focused = document.activeElement?.id;
  whole.forEach((one, place) => { if (old.children[place] !== one) old.insertBefore(one, old.children[place] || null); });
  while (old.children.length > whole.length) old.lastElementChild.remove();
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({preventScroll: true});
}

// A day is named once, also where older messages were put before.
function tidy() {
  let last = "";
  $$(".bubbles .day time").forEach(one => {
    if (one.dateTime === last) one.parentElement.remove();
    last = one.dateTime;
  });
}

function lost(is) {
  const note = $("[data-lost]");
  if (note) note.hidden = !is;
}

const PATIENCE = 10000; // ms: a stream says something at once, unless something on the way holds it back
let stream = null;
let polling = null;
let silence = null;

function follow() {
  if (!main || stream || polling) return;
  if (!window.EventSource) return poll();
  stream = new EventSource(main.dataset.watch);
  silence = setTimeout(() => { stop(); poll(); }, PATIENCE);
  stream.addEventListener("marks", event => { clearTimeout(silence); heard(JSON.parse(event.data)); });
  stream.addEventListener("error", () => {
    if (stream?.readyState === EventSource.CLOSED) { stop(); poll(); } else lost(true);
  });
}

function poll() {
  const ask = async () => {
    try {
      const answer = await fetch(main.dataset.watch.replace("/live", "/marks"));
      if (answer.status === 401) return location.reload();
      if (answer.ok) heard(await answer.json()); else lost(true);
    } catch { lost(true); }
  };
  polling = setInterval(ask, 5000);
  ask();
}

function stop() {
  stream?.close();
  stream = null;
  clearTimeout(silence);
  clearInterval(polling);
  polling = null;
}

// A page that nobody looks at asks nothing, and catches up when it is looked at again.
document.addEventListener("visibilitychange", () => document.hidden ? stop() : follow());
addEventListener("pagehide", stop);
addEventListener("pageshow", event => { if (event.persisted) follow(); });
follow();

// -- an event and the messages that prove it --------------------------------------------------------------------------

let chosen = null;

function light(event = chosen) {
  $$(".lit").forEach(one => one.classList.remove("lit"));
  if (!event?.isConnected) event = event && document.getElementById(event.id);
  if (!event) return;
  event.classList.add("lit");
  const found = ids(event).map(id => document.getElementById(id)).filter(Boolean);
  found.forEach(one => one.classList.add("lit"));
  return $(".bubble.lit"); // the oldest
}

function ids(event) {
  return (event.dataset.evidence || "").split(" ").filter(Boolean);
}

// Messages that prove one event may lie far apart: a button leads from each to the next.
function show(at) {
  const found = $$(".bubble.lit");
  const next = $("[data-next]");
  next.hidden = found.length < 2;
  $("[data-at]", next).textContent = `${at + 1} / ${found.length}`;
  next.onclick = () => { light(); show((at + 1) % found.length); };
  // After the events are gone and the thread has its place: a jump and a smooth scroll do not bear each other.
  setTimeout(() => found[at]?.scrollIntoView(near), 50);
}

const near = {behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "center"};
const cards = $(".cards");
if (cards) {
  const card = event => event.target.closest(".event");
  cards.addEventListener("pointerover", event => card(event) && light(card(event)));
  cards.addEventListener("pointerleave", () => light());
  cards.addEventListener("focusin", event => card(event) && light(card(event)));
  cards.addEventListener("click", event => {
    chosen = card(event);
    const first = light();
    if (!chosen || event.target.closest("button, input, summary, form")) return;
    const link = event.target.closest("a");
    if (link && !link.hash.startsWith("#m-")) return;
    // Messages further back than the page goes: the server brings them.
    if (ids(chosen).some(id => !document.getElementById(id))) {
      event.preventDefault();
      location.assign(chosen.dataset.shown + (link?.hash || ""));
      return;
    }
    // On a phone the events lie over the messages; a link to a message takes them away by itself.
    if (location.hash === "#events" && !link) location.replace("#messages");
    if (first && !link) show(0);
  });
  const open = $(".event.open");
  if (open) { chosen = open; if (light()) show(0); }
  $(".bubbles")?.addEventListener("click", event => {
    const id = event.target.closest(".bubble.proves")?.dataset.events.split(" ")[0];
    const found = id && document.getElementById(`event-${id}`);
    if (found) { chosen = found; light(); found.scrollIntoView(near); }
  });
}

// -- lists that go on -------------------------------------------------------------------------------------------------

async function onward(link, list, place) {
  const fresh = await page(link.href);
  const more = fresh && $(list, fresh);
  if (!more) return;
  const have = new Set($$(`${list} > [data-key]`).map(one => one.dataset.key));
  const news = [...more.children].filter(one => !have.has(one.dataset.key));
  $(list)[place](...news);
  const next = fresh.querySelector(link.hasAttribute("data-older") ? "[data-older]" : "[data-more]");
  if (next) link.href = next.href; else link.parentElement.remove();
  tidy();
}

function goesOn(what, list, place) {
  const link = $(what);
  if (!link) return;
  let under = false;
  const go = async () => { if (under) return; under = true; await onward(link, list, place); under = false; };
  link.addEventListener("click", event => { event.preventDefault(); go(); });
  new IntersectionObserver(seen => seen.some(one => one.isIntersecting) && go(), {rootMargin: "200px"}).observe(link);
}
goesOn("[data-more]", ".rows", "append");
goesOn("[data-older]", ".bubbles", "prepend");

// -- the review queue: keys act on the event that has the focus -------------------------------------------------------

const queue = $("[data-queue]");
if (queue) {
  const events = () => $$(".event", queue);
  // Where nothing has the focus, the event that had it last is meant: it keeps its frame.
  const mark = event => { $$(".at", queue).forEach(one => one.classList.remove("at")); event?.classList.add("at"); };
  const current = () => document.activeElement?.closest?.("[data-queue] .event") || $(".event.at", queue);
  const move = by => {
    const all = events();
    const at = all.indexOf(current());
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({block: "nearest"});
  };
  queue.addEventListener("focusin", event => mark(event.target.closest(".event")));
  document.addEventListener("keydown", event => {
    if (!queue.contains(event.target) && event.target !== document.body && event.target !== main) return;
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {a: "approve", r: "reject", c: "correct"}[event.key];
    if (event.key === "j" || event.key === "ArrowDown") move(1);
    else if (event.key === "k" || event.key === "ArrowUp") move(-1);
    else if (act && !current()) move(0);
    else if (act) {
      const button = current() && $(`[data-act="${act}"]`, current());
      button?.click();
      if (act === "correct") $("input[name=title]", current())?.focus();
    } else return;
    event.preventDefault();
  });
  if (!location.hash) events()[0]?.focus({preventScroll: true});
}

// -- small comforts ---------------------------------------------------------------------------------------------------

$$("select[data-go]").forEach(select => select.addEventListener("change", () => select.form.submit()));

$$("[data-copy]").forEach(button => button.addEventListener("click", async () => {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
  const was = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = was; }, 2000);
}));

const compose = $(".compose textarea");
compose?.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches) {
    event.preventDefault();
    compose.form.requestSubmit();
  }
});

// What was being written stays in this tab until the server says that it has it: a log-in may end meanwhile.
if (compose) {
  const draft = `draft ${compose.form.dataset.draft}`;
  const id = compose.form.elements.id;
  const here = new URL(location.href);
  const [known, text] = JSON.parse(sessionStorage.getItem(draft) || "[null, \"\"]");
  if (known && known === here.searchParams.get("sent")) sessionStorage.removeItem(draft);
  else if (text && !compose.value) [id.value, compose.value] = [known, text];
  if (here.searchParams.has("sent")) { here.searchParams.delete("sent"); history.replaceState(null, "", here); }
  compose.addEventListener("input", () => {
    if (compose.value) sessionStorage.setItem(draft, JSON.stringify([id.value, compose.value])); else sessionStorage.removeItem(draft);
  });
}
$("form[action='/logout']")?.addEventListener("submit", () => sessionStorage.clear());

// A form is sent once (but for downloads), and what was said of the last one goes.
document.addEventListener("submit", event => {
  if ("again" in event.target.dataset) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 3000);
});
document.addEventListener("click", event => $$(".menu[open], .rest details[open]").forEach(menu => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", event => {
  if (event.key === "Escape") $$(".menu[open], .rest details[open]").forEach(menu => { menu.open = false; });
  if (event.key === "/" && !event.target.matches("input, textarea, select") && $("#q")) { event.preventDefault(); $("#q").focus(); }
});
if ($("[data-said]")) {
  const clean = new URL(location.href);
  clean.searchParams.delete("said");
  history.replaceState(null, "", clean);
  setTimeout(() => $("[data-said]")?.remove(), 6000);
}
