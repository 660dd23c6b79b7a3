"use strict";
// What the runner's root shows in a browser. Texts of others become text nodes only, never markup.

const MOST_ROWS = 200;
const SECONDS = 300;
const HEALTH_EVERY = 3000;

const byId = id => document.getElementById(id);
let about = { outcomes: [], apiKeyHeader: "x-api-key" };
let calls = [];
let rates = [];
let paused = false;
let missed = 0;

function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function badge(id, text) {
  byId(id).textContent = text;
  byId(id).className = "badge " + text;
}

// ---- health

async function health() {
  try {
    const answer = await (await fetch("/v1/health", { credentials: "omit", cache: "no-store" })).json();
    badge("status", answer.status);
    byId("dependencies").replaceChildren(...Object.entries(answer.dependencies).map(([name, state]) => {
      const card = element("li", "");
      card.append(element("b", name), element("span", state, state));
      return card;
    }));
    byId("window").textContent = "Up for " + duration(answer.uptime)
      + ". A message id that arrives now is remembered for "
      + duration(answer.deduplicationWindow.seconds) + ".";
  } catch {
    badge("status", "lost");
  }
  setTimeout(health, HEALTH_EVERY);
}

function duration(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 120) return whole + " s";
  return whole < 7200 ? Math.floor(whole / 60) + " min" : Math.floor(whole / 3600) + " h";
}

// ---- the rate

function plot() {
  const newest = rates.length ? rates[rates.length - 1][0] : 0;
  const shown = rates.filter(second => second[0] > newest - SECONDS);
  const total = second => second.slice(1).reduce((sum, one) => sum + one, 0);
  const top = Math.max(1, ...shown.map(total));
  const x = second => (600 * (second - newest + SECONDS - 1)) / SECONDS;
  const y = count => 120 - (110 * count) / top;
  const base = new Map(shown.map(second => [second[0], 0]));
  const paths = about.outcomes.map((outcome, index) => {
    let line = "";
    for (const second of shown) {
      const count = second[index + 1];
      if (count > 0) {
        const from = base.get(second[0]);
        line += `M${x(second[0])} ${y(from)}V${y(from + count)}h2V${y(from)}z`;
        base.set(second[0], from + count);
      }
    }
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", outcome);
    path.setAttribute("d", line);
    return path;
  });
  byId("plot").replaceChildren(...paths);
  byId("rate").textContent = shown.length
    ? `${total(shown[shown.length - 1])} in the last second, ${top} at most` : "";
  byId("legend").replaceChildren(...about.outcomes.map((outcome, index) => element("li",
    `${outcome} ${shown.reduce((sum, second) => sum + second[index + 1], 0)}`, outcome)));
}

// ---- the last events

function rows() {
  const tenant = byId("tenant").value;
  const outcome = byId("outcome").value;
  const shown = calls.filter(call => (!tenant || call.tenant === tenant) && (!outcome || call.outcome === outcome))
    .slice(-MOST_ROWS).reverse();
  byId("calls").replaceChildren(...shown.map(call => {
    const row = element("tr", "");
    row.title = "request " + call.requestId;
    const result = element("td", "");
    result.append(element("span", call.outcome, "badge " + call.outcome));
    row.append(element("td", new Date(call.at).toLocaleTimeString()), element("td", call.tenant || "–"),
      element("td", call.route || "–"), element("td", call.event || "–"), element("td", call.user || "–"), result,
      element("td", call.reason ? `${call.status} ${call.reason}` : ""));
    return row;
  }));
  byId("none").hidden = calls.length > 0;
  byId("missed").textContent = missed ? `${missed} more are not shown` : "";
}

function choices() {
  const select = byId("tenant");
  const known = new Set(Array.from(select.options, option => option.value));
  for (const tenant of new Set(calls.map(call => call.tenant))) {
    if (!known.has(tenant)) select.append(new Option(tenant, tenant));
  }
}

/** As many of each tenant as the runner keeps, so that a busy one hides no quiet one. */
function keep(more) {
  const counts = new Map();
  calls = calls.concat(more).reverse().filter(call => {
    const count = (counts.get(call.tenant) || 0) + 1;
    counts.set(call.tenant, count);
    return count <= MOST_ROWS;
  }).reverse();
}

// ---- the forms

/** The body as it will be sent; JSON goes in as it was typed, so that what is wrong with it is the runner's to say. */
function body(form) {
  const fields = new FormData(form);
  const members = [];
  for (const name of ["event", "userId", "messageId"]) {
    if (fields.get(name)) members.push(`"${name}":${JSON.stringify(fields.get(name))}`);
  }
  for (const name of ["properties", "traits"]) {
    if (fields.get(name)) members.push(`"${name}":${fields.get(name).trim()}`);
  }
  return `{${members.join(",")}}`;
}

const quoted = text => "'" + text.replaceAll("'", "'\\''") + "'";

function curl(form) {
  const fields = new FormData(form);
  form.querySelector(".curl").textContent = `curl -X POST ${location.origin}${form.dataset.path} \\\n`
    + `  -H 'content-type: application/json' \\\n`
    + `  -H ${quoted("x-tenant-id: " + fields.get("tenant"))} \\\n`
    + `  -H ${quoted(about.apiKeyHeader + ": " + fields.get("key"))} \\\n`
    + `  -d ${quoted(body(form))}`;
}

async function send(form) {
  const fields = new FormData(form);
  const answer = form.querySelector(".answer");
  answer.hidden = false;
  try {
    const response = await fetch(form.dataset.path, {
      method: "POST", credentials: "omit", body: body(form),
      headers: {
        "content-type": "application/json", "x-tenant-id": fields.get("tenant"),
        [about.apiKeyHeader]: fields.get("key")
      }
    });
    answer.textContent = `${response.status}\n${JSON.stringify(await response.json(), null, 2)}`;
    answer.className = "whole answer " + (response.ok ? "stored" : "rejected");
  } catch (fault) {
    answer.textContent = "no answer: " + fault.message;
    answer.className = "whole answer lost";
  }
}

function describe(told) {
  about = told;
  byId("about").textContent = `${told.version}, ${told.environment}`;
  const select = byId("outcome");
  if (select.options.length === 1) told.outcomes.forEach(outcome => select.append(new Option(outcome, outcome)));
  for (const form of document.forms) {
    if (told.demo && !form.tenant.value) {
      form.tenant.value = "tenant1";
      form.key.value = "demo-api-key-tenant1";
    }
    curl(form);
  }
}

// ---- begin

for (const form of document.forms) {
  form.addEventListener("input", () => curl(form));
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(form);
  });
}
byId("tenant").addEventListener("change", rows);
byId("outcome").addEventListener("change", rows);
byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", paused);
  byId("pause").textContent = paused ? "Go on" : "Pause";
  if (!paused) rows();
});

const stream = new EventSource("/console/stream");
stream.addEventListener("about", event => {
  // The runner tells everything anew after each connect.
  calls = [];
  rates = [];
  missed = 0;
  badge("link", "live");
  describe(JSON.parse(event.data));
});
stream.addEventListener("calls", event => {
  const told = JSON.parse(event.data);
  missed += told.missed;
  keep(told.calls);
  choices();
  if (!paused) rows();
});
stream.addEventListener("rates", event => {
  rates = rates.concat(JSON.parse(event.data)).slice(-SECONDS);
  plot();
});
stream.addEventListener("error", () => badge("link", "lost"));
health();
