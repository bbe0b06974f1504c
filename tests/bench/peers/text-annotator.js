// Recogito's text annotator, as it is without options.
import { createTextAnnotator } from "@recogito/text-annotator";
import "@recogito/text-annotator/text-annotator.css";

const { text, spans } = JSON.parse(document.getElementById("data").textContent);
const article = document.getElementById("article");
article.textContent = text;
const annotator = createTextAnnotator(article);
const annotation = ({ start, end, label }, number) => {
  const id = `${label}-${number}`;
  const bodies = [{ id: `label-${number}`, annotation: id, purpose: "tagging", value: label }];
  const selector = [{ start, end, quote: text.slice(start, end) }];
  return { id, bodies, target: { annotation: id, selector } };
};
annotator.setAnnotations(spans.map(annotation));

let count = spans.length;
globalThis.addSpan = (span) => {
  annotator.addAnnotation(annotation(span, count));
  count += 1;
};
