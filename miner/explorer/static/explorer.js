// Draws networks with Cytoscape.js where it is there; every page works without this file.
"use strict";

const STYLE = [
  { selector: "node", style: {
    label: "data(name)", "background-color": "data(color)", width: 18, height: 18,
    "font-size": 11, "text-valign": "top", "text-margin-y": -3, "text-max-width": 190, "text-wrap": "ellipsis",
    color: "#0f172a", "text-background-color": "#fff", "text-background-opacity": 0.8, "text-background-padding": 1 } },
  { selector: "node[?expanded]", style: { width: 28, height: 28, "border-width": 3, "border-color": "#0f172a" } },
  { selector: "node:selected", style: { "border-width": 4, "border-color": "#b45309" } },
  { selector: "edge", style: {
    width: (e) => 1 + 2 * e.data("belief"), "line-color": "data(color)",
    "target-arrow-color": "data(color)", "curve-style": "bezier",
    "target-arrow-shape": (e) => (e.data("sign") === "minus" ? "tee" : "triangle"),
    "line-style": (e) => (e.data("belief") === null ? "dotted" : e.data("sign") === "minus" ? "dashed" : "solid") } },
];

function elementsOf(data) {
  const nodes = data.nodes.map(({ x, y, ...node }) => ({ data: node, position: { x, y } }));
  const edges = data.edges.map((edge) => ({ data: { ...edge, id: [edge.source, edge.predicate, edge.target].join(" ") } }));
  return [...nodes, ...edges];
}

function link(text, href) {
  const anchor = document.createElement("a");
  anchor.textContent = text;
  anchor.href = href;
  return anchor;
}

function showChosen(chosen, node, data) {
  const id = node.id();
  const expanded = new URLSearchParams();
  for (const entity of [...data.entities, id]) expanded.append("entity", entity);
  const path = encodeURIComponent(id).replaceAll("%3A", ":").replaceAll("%2F", "/");
  chosen.replaceChildren(`${node.data("name")} (${node.data("type")}): `, link("open", `/entity/${path}`));
  if (!data.entities.includes(id)) chosen.append(" · ", link("expand", `/network?${expanded}`));
}

function showEdge(chosen, edge) {
  const query = new URLSearchParams({ subject: edge.data("source"), predicate: edge.data("predicate"), object: edge.data("target") });
  const words = `${edge.data("source_name")} ${edge.data("predicate").toLowerCase().replaceAll("_", " ")} ${edge.data("target_name")}`;
  chosen.replaceChildren(words);
  if (edge.data("belief") !== null) chosen.append(": ", link("claims", `/claims?${query}`));
}

async function draw(place) {
  const response = await fetch(place.dataset.source);
  if (!response.ok) return;
  const data = await response.json();
  place.replaceChildren();
  const network = cytoscape({
    container: place, elements: elementsOf(data), style: STYLE, minZoom: 0.2, maxZoom: 3,
    layout: { name: "preset", padding: 40 },
  });
  const chosen = document.getElementById("chosen");
  network.on("tap", "node", (event) => showChosen(chosen, event.target, data));
  network.on("tap", "edge", (event) => showEdge(chosen, event.target));
  let at = -1;
  place.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const nodes = network.nodes();
    at = (at + step + nodes.length) % nodes.length;
    nodes.unselect();
    nodes[at].select();
    showChosen(chosen, nodes[at], data);
  });
  const png = document.getElementById("png");
  png.hidden = false;
  png.addEventListener("click", () => {
    const anchor = link("", network.png({ full: true, scale: 2, bg: "#fff", maxWidth: 4000, maxHeight: 4000 }));
    anchor.download = "network.png";
    anchor.click();
  });
  const fit = document.getElementById("fit");
  fit.hidden = false;
  fit.addEventListener("click", () => network.fit(undefined, 40));
  place.dataset.drawn = "true";
}

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("picture");
  if (place && window.cytoscape) draw(place);
});
