// Ways out of a page. What is tried runs as the module of an extension; OUT and STUN are written before it.
const link = (rel, more = {}) => document.head.append(Object.assign(document.createElement("link"), { rel, href: `${OUT}/${rel}`, ...more }));
const html = (text) => { const box = document.createElement("div"); box.innerHTML = text; document.body.append(box); };
const frame = (more) => document.body.append(Object.assign(document.createElement("iframe"), more));
const anchor = (more) => { const made = Object.assign(document.createElement("a"), more); document.body.append(made); made.click(); };
const script = (more) => document.head.append(Object.assign(document.createElement("script"), more));
const ice = (urls) => `const made = new RTCPeerConnection({ iceServers: [{ urls: "${urls}", username: "a", credential: "b" }] });
  made.createDataChannel("out"); made.createOffer().then((offer) => made.setLocalDescription(offer));`;
const known = [...document.scripts].map((one) => one.outerHTML).join("");
const WAYS = {
  fetch: () => fetch(`${OUT}/fetch`, { mode: "no-cors" }),
  later: () => fetchLater(`${OUT}/later`, { activateAfter: 0 }),
  xhr: () => { const asked = new XMLHttpRequest(); asked.open("GET", `${OUT}/xhr`); asked.send(); },
  socket: () => new WebSocket(OUT.replace("http", "ws")),
  events: () => new EventSource(`${OUT}/events`),
  beacon: () => navigator.sendBeacon(`${OUT}/beacon`, "x"),
  transport: () => new WebTransport(OUT.replace("http", "https")),
  pictures: () => html(`<img src="${OUT}/1"><img srcset="${OUT}/2"><video src="${OUT}/3" poster="${OUT}/4"></video><audio src="${OUT}/5"></audio>
    <input type="image" src="${OUT}/6"><svg><image href="${OUT}/7"/><use href="${OUT}/8#a"/></svg><object data="${OUT}/9"></object><embed src="${OUT}/10">`),
  styles: () => html(`<style>@import "${OUT}/a.css"; @font-face { font-family: f; src: url(${OUT}/f) } * { font-family: f; background: url(${OUT}/b); cursor: url(${OUT}/c), auto }</style>x`),
  links: () => { for (const rel of ["stylesheet", "icon", "manifest", "prefetch", "prerender", "modulepreload", "dns-prefetch", "preconnect", "next"]) link(rel); },
  preload: () => { for (const as of ["fetch", "image", "script", "style", "font"]) link("preload", { as, crossOrigin: "" }); },
  hints: () => html(`<link rel="preconnect" href="${OUT}"><link rel="dns-prefetch" href="${OUT}">`),
  form: () => { const made = document.createElement("form"); made.action = `${OUT}/form`; document.body.append(made); made.submit(); },
  posted: () => { const made = document.createElement("form"); Object.assign(made, { action: `${OUT}/form`, method: "post", target: "_blank" }); document.body.append(made); made.requestSubmit(); },
  open: () => window.open(`${OUT}/open`),
  blank: () => anchor({ href: `${OUT}/blank`, target: "_blank" }),
  ping: () => anchor({ href: "#x", ping: `${OUT}/ping` }),
  download: () => anchor({ href: `${OUT}/download`, download: "x" }),
  script: () => script({ src: `${OUT}/script.js` }),
  module: () => import(`${OUT}/module.js`),
  rules: () => script({ type: "speculationrules", textContent: JSON.stringify({ prefetch: [{ urls: [`${OUT}/rules`] }], prerender: [{ urls: [`${OUT}/rules`] }] }) }),
  worker: () => new Worker(URL.createObjectURL(new Blob([`fetch("${OUT}/worker")`]))),
  ownWorker: () => new Worker(new URL("out.js", import.meta.url)),
  shared: () => new SharedWorker(URL.createObjectURL(new Blob([`fetch("${OUT}/shared")`]))),
  service: () => navigator.serviceWorker.register(new URL("out.js", import.meta.url)),
  stun: () => new Function(ice(STUN))(),
  rtc: () => { const made = new RTCPeerConnection({ iceServers: [{ urls: STUN }] }); made.createDataChannel("x"); return made.createOffer().then((offer) => made.setLocalDescription(offer)); },
  older: () => new webkitRTCPeerConnection({ iceServers: [{ urls: STUN }] }),
  emptyFrame: () => { frame({}); new document.querySelector("iframe").contentWindow.RTCPeerConnection({}); },
  textFrame: () => frame({ srcdoc: `<script>${ice(STUN)}</` + `script><img src="${OUT}/text" onerror="${ice(STUN)}"><link rel="preconnect" href="${OUT}"><meta http-equiv="refresh" content="0;url=${OUT}/text">` }),
  ownFrame: () => frame({ srcdoc: `<script type="module" src="${new URL("out.js", import.meta.url)}"></` + "script>" }),
  sameFrame: () => frame({ srcdoc: `${known}<script src="${new URL("out.js", import.meta.url)}"></` + "script>" }),
  pageFrame: () => frame({ src: new URL("out.html", import.meta.url).href }),
  dataFrame: () => frame({ src: `data:text/html,<img src="${OUT}/data"><script>${ice(STUN)}</` + "script>" }),
  blobFrame: () => frame({ src: URL.createObjectURL(new Blob([`<script>${ice(STUN)}</` + "script>"], { type: "text/html" })) }),
  scriptFrame: () => frame({ src: `javascript:fetch("${OUT}/javascript")` }),
  top: () => { top.location.href = `${OUT}/top`; },
  around: () => { parent.location.href = `${OUT}/parent`; },
  pay: () => new PaymentRequest([{ supportedMethods: `${OUT}/pay` }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } }).canMakePayment(),
  identity: () => navigator.credentials.get({ identity: { providers: [{ configURL: `${OUT}/identity.json`, clientId: "1" }] } }),
};
// each of these leaves the page, if it can
const LEAVING = {
  away: () => { location.href = `${OUT}/away`; },
  replaced: () => location.replace(`${OUT}/replaced`),
  refresh: () => html(`<meta http-equiv="refresh" content="0;url=${OUT}/refresh">`),
  ownPage: () => { location.href = new URL("out.html", import.meta.url).href; },
  data: () => { location.href = `data:text/html,<img src="${OUT}/data">`; },
  blob: () => { location.href = URL.createObjectURL(new Blob([`<script>${ice(STUN)}</` + "script>"], { type: "text/html" })); },
};
class Ways extends HTMLElement {
  async connectedCallback() {
    const one = { ...WAYS, ...LEAVING }[this.route?.path.slice(1)];
    for (const run of one ? [one] : Object.values(WAYS)) {
      try { await Promise.race([run(), new Promise((done) => setTimeout(done, 300))]); } catch {}
    }
    await new Promise((done) => setTimeout(done, 2500));
    const told = document.createElement("p");
    told.textContent = "All ways were tried.";
    this.append(told);
  }
}
export default () => customElements.define("acme-ways", Ways);
