// 图：元素的 data-chart 写明 json_script 的编号，选项照原样交给 ECharts；随窗口变宽变窄
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(JSON.parse(document.getElementById(place.dataset.chart).textContent));
    window.addEventListener("resize", () => chart.resize());
  }
});
