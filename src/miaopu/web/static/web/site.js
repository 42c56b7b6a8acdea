// 抽屉：点了数就打开；片段请求失败时把原因说在页面上
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "drawer-body") {
    window.tabler.Offcanvas.getOrCreateInstance(document.getElementById("drawer")).show();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) return signInAgain();
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const told = page.querySelector("main [role=alert]");
  notice(told ? told.textContent.trim() : "没有办成，请重试");
});

document.addEventListener("htmx:sendError", () => notice("连不上服务器；您填的内容还在，请稍后再试"));

// 退出登录时清掉存在本机的草稿
document.addEventListener("submit", (event) => {
  if (!new URL(event.target.action, location.href).pathname.endsWith("/logout/")) return;
  Object.keys(localStorage).filter((one) => one.startsWith("draft:")).forEach((one) => localStorage.removeItem(one));
});

document.addEventListener("click", (event) => {
  const side = document.getElementById("side");
  const toggle = event.target.closest("[data-toggle-side]");
  if (side && (toggle || !event.target.closest("#side"))) {
    const open = side.classList.toggle("open", Boolean(toggle) && !side.classList.contains("open"));
    document.querySelector("[data-toggle-side]").setAttribute("aria-expanded", String(open));
    if (open) side.querySelector("a").focus();
  }
});

// 一块里在这张表之前、最近的标题；一块里有几张表的各报各的名字
function headed(box, part) {
  const before = (one) => one.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...(part?.querySelectorAll(".card-title, h2, h3, h4, summary") ?? [])].filter(before).at(-1);
}

// 表比屏幕宽时才能左右移动：移得动的才停得住键盘，并报出这张表的名字；不宽的不多一站
function reachable(box) {
  const wide = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  const part = box.closest(".card, section, details");
  const named = box.querySelector("caption") ?? headed(box, part) ?? document.querySelector("h1");
  const put = { tabindex: "0", role: "region", "aria-label": named?.textContent.trim().replace(/\s+/g, " ") || "表格" };
  Object.entries(put).forEach(([name, value]) => (wide ? box.setAttribute(name, value) : box.removeAttribute(name)));
}

const widths = new ResizeObserver((seen) => seen.forEach(({ target }) => reachable(target.closest(".table-responsive"))));

function watchTables(root) {
  root.querySelectorAll(".table-responsive").forEach((box) => [box, ...box.children].forEach((one) => widths.observe(one)));
}

watchTables(document);
document.addEventListener("htmx:afterSettle", (event) => watchTables(event.target));

// 登录过期：页面上填的不动，请人在新窗口登录；回来时换上新的校验码，再点一次就行
function signInAgain() {
  const box = notice("登录已过期，填的内容还在这个页面上。");
  const link = document.createElement("a");
  Object.assign(link, { href: document.body.dataset.enter, target: "_blank", className: "alert-link", textContent: "在新窗口登录，登录后回来再点一次" });
  box.append(link);
  addEventListener("focus", renewToken);
}

async function renewToken() {
  const answer = await fetch(document.body.dataset.token, { headers: { Accept: "application/json" } });
  const told = answer.ok ? await answer.json() : {};
  if (!told.login) return;
  removeEventListener("focus", renewToken);
  if (told.login !== document.body.dataset.login) return notice("刚才登录的是另一个账号；请记下填的内容，刷新页面");
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": told.token }));
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((one) => { one.value = told.token; });
  notice("已重新登录，请再点一次", "success");
}

function notice(text, kind = "danger") {
  const box = document.createElement("div");
  box.className = `alert alert-${kind}`;
  box.setAttribute("role", "alert");
  box.textContent = text;
  document.querySelector("main .container-xl, main").prepend(box);
  box.scrollIntoView({ block: "nearest" });
  return box;
}
