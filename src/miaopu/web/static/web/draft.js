// 草稿：表单随填随存在本机（按账号与表单分开），重开时恢复；断网时不丢，连上再送；同一标记只成一件；退出即清
"use strict";

(() => {
  const PREFIX = "draft:";
  const login = document.body.dataset.login;
  const form = document.querySelector("form[data-draft]");
  const place = `${PREFIX}${login}:${form ? form.dataset.draft : ""}`;
  const SKIP = new Set(["csrfmiddlewaretoken", "version"]);
  let waiting = false;
  let pressed = null;

  const names = () => Object.keys(localStorage).filter((one) => one.startsWith(PREFIX));
  names().filter((one) => !one.startsWith(`${PREFIX}${login}:`)).forEach((one) => localStorage.removeItem(one));
  if (!form) return;

  const fields = () => [...form.elements].filter((one) => one.name && one.type !== "file" && !SKIP.has(one.name));

  function keep() {
    const told = fields().map((one) => [one.name, one.type === "checkbox" || one.type === "radio" ? one.checked : one.value]);
    try {
      localStorage.setItem(place, JSON.stringify({ at: Date.now(), told }));
    } catch {
      say("本机存不下草稿了，请尽快交", "warning");
    }
  }

  function restore() {
    const held = localStorage.getItem(place);
    if (!held || form.dataset.fresh !== "yes") return;
    const { at, told } = JSON.parse(held);
    const kept = numbered(told.map(([name]) => name)).map((mark, n) => [mark, told[n][1]]);
    const now = fields();
    const places = new Map(numbered(now.map((one) => one.name)).map((mark, n) => [mark, now[n]]));
    const gone = [];
    kept.forEach(([mark, value]) => {
      const one = places.get(mark);
      if (one === undefined) typeof value === "string" && value.trim() && gone.push(value);
      else if (one.type === "checkbox" || one.type === "radio") one.checked = value === true;
      else one.value = value;
    });
    const box = say(`已恢复 ${new Date(at).toLocaleString("zh-CN")} 没有交的草稿。`, "info");
    const drop = document.createElement("button");
    Object.assign(drop, { type: "button", className: "btn btn-sm ms-2", textContent: "不要了，重新填" });
    drop.addEventListener("click", () => { localStorage.removeItem(place); location.reload(); });
    box.append(drop);
    if (gone.length) box.append(Object.assign(document.createElement("p"), { className: "mb-0 mt-2", textContent: `表单变了，下面写过的已没有对应的格，请自己抄到合适处：${gone.join("；")}` }));
  }

  // 同名的按先后编号：表单多了、少了几格，别的格还对得上
  function numbered(names) {
    const seen = new Map();
    return names.map((name) => {
      const nth = seen.get(name) ?? 0;
      seen.set(name, nth + 1);
      return `${name}#${nth}`;
    });
  }

  function say(text, kind) {
    document.querySelectorAll("[data-draft-told]").forEach((one) => one.remove());
    const box = notice(text, kind);
    box.setAttribute("data-draft-told", "");
    if (kind !== "danger") box.setAttribute("role", "status");
    return box;
  }

  async function send() {
    keep();
    if (!navigator.onLine) return hold();
    const buttons = [...form.querySelectorAll("button[type=submit]")];
    const body = new FormData(form, pressed);
    buttons.forEach((one) => { one.disabled = true; });
    try {
      await answered(await fetch(form.action, { method: "POST", body, headers: { "X-Draft": "1" } }));
    } catch {
      hold();
    } finally {
      buttons.forEach((one) => { one.disabled = false; });
    }
  }

  async function answered(reply) {
    waiting = false;
    // 办成的给网址；给了别的（转去改密码之类）不算办成，草稿留着
    if (reply.ok && (reply.headers.get("Content-Type") ?? "").startsWith("application/json")) {
      const { page } = await reply.json();
      localStorage.removeItem(place);
      location.assign(page);
      return;
    }
    if (reply.status === 401) return signInAgain();
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const told = page.querySelector("main [role=alert]");
    say(`${told ? told.textContent.trim() : "没有办成，请重试"}（填的内容还在）`, "danger");
  }

  function hold() {
    waiting = true;
    say("现在没有网络：填的内容已存在本机，连上以后自动送出；也可以先关掉，回来还在。", "warning");
  }

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => { event.preventDefault(); pressed = event.submitter; send(); });
  addEventListener("online", () => { if (waiting) send(); });
  restore();
})();
