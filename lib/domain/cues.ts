import { MAX_CUE_LENGTH, MAX_CUES } from "./limits";
import { checkedName } from "./naming";
import { Refusal } from "./refusal";
import { hasLetterOrDigit } from "./span";
import { codePointLength } from "./text";

/** The languages that Gainsay has words of reported speech for. */
export const cueLanguages = ["en", "fa", "ar", "ru", "zh"] as const;
export type CueLanguage = (typeof cueLanguages)[number];

/**
 * The words by which somebody says, writes, believes, claims or denies something, in the forms in
 * which news has them. Each form is listed, none is derived: what is not here is not found. They are
 * compared as the search compares words, so case, accents, vowel marks and Arabic or Persian letters
 * make no difference. Where precision and recall pull apart, a form that is mostly something else in
 * news is left out ("state", "reports"): whoever goes from cue to cue pays for each false one.
 */
const lists: Readonly<Record<CueLanguage, string>> = {
  en: `
    say, says, said, saying, is said to, are said to, was said to, were said to,
    tell, tells, told, telling, according to, on the account of, in the words of, in his words, in her words, in their words,
    in his view, in her view, in its view, in their view,
    claim, claims, claimed, claiming, allege, alleges, alleged, alleging, allegedly, allegation, allegations,
    accuse, accuses, accused, accusing, blame, blames, blamed, blaming,
    deny, denies, denied, denying, denial, denials, reject, rejects, rejected, rejecting,
    dismiss, dismisses, dismissed, dismissing, refute, refutes, refuted, refuting, rebut, rebuts, rebutted,
    dispute, disputes, disputed, disputing, disavow, disavows, disavowed, denounce, denounces, denounced, denouncing,
    condemn, condemns, condemned, condemning, criticise, criticises, criticised, criticize, criticizes, criticized,
    stated, stating, add, adds, added, adding, announce, announces, announced, announcing,
    argue, argues, argued, arguing, assert, asserts, asserted, asserting, insist, insists, insisted, insisting,
    maintain, maintains, maintained, maintaining, contend, contends, contended, affirm, affirms, affirmed,
    declare, declares, declared, declaring, proclaim, proclaims, proclaimed, confirm, confirms, confirmed, confirming,
    acknowledge, acknowledges, acknowledged, acknowledging, admit, admits, admitted, admitting, concede, concedes, conceded,
    confess, confesses, confessed, explain, explains, explained, explaining, warn, warns, warned, warning, caution, cautions, cautioned,
    suggest, suggests, suggested, suggesting, imply, implies, implied, hint, hints, hinted,
    reported, reporting, reportedly, purportedly, supposedly, notes, noted, noting, observed, remarked, remarks, commented, commenting,
    point out, points out, pointed out, pointing out, mention, mentions, mentioned, stress, stresses, stressed, stressing,
    emphasise, emphasises, emphasised, emphasize, emphasizes, emphasized, underline, underlines, underlined,
    write, writes, wrote, written, writing, tweeted, posted, reply, replies, replied, replying, respond, responds, responded, responding,
    answer, answers, answered, answering, ask, asks, asked, asking, quote, quotes, quoted, quoting, cite, cites, cited, citing,
    testify, testifies, testified, testifying, swear, swears, swore, sworn, promise, promises, promised, promising, pledge, pledges, pledged,
    vow, vows, vowed, assure, assures, assured, assuring, give his word, gives his word, gave his word, give her word, gives her word, gave her word,
    gave their word, gave its word, believe, believes, believed, believing, think, thinks, thought, consider, considers, considered,
    suspect, suspects, suspected, assume, assumes, assumed, speculate, speculates, speculated, estimate, estimates, estimated,
    conclude, concludes, concluded, concluding, judge, judges, judged, assessed, describe, describes, described, describing,
    call, calls, called, calling, recall, recalls, recalled, reveal, reveals, revealed, revealing, disclose, discloses, disclosed,
    leaked that, repeat, repeats, repeated, repeating, reiterate, reiterates, reiterated, urge, urges, urged,
    predict, predicts, predicted, expect, expects, expected, propose, proposes, proposed, learned from, learnt from, heard from`,
  fa: `
    گفت, گفتند, گفتم, گفته, گفته است, گفته‌اند, گفته بود, گفته بودند, می‌گوید, می‌گویند, می‌گویم, می‌گفت, می‌گفتند, بگوید, بگویند, نگفت, گفتن,
    به گفته, به گفته‌ی, گفته می‌شود, گفته شده, گفته شده است, به نقل از, نقل کرد, نقل کردند, نقل می‌کند, نقل کرده,
    اعلام کرد, اعلام کردند, اعلام می‌کند, اعلام کرده, اعلام داشت, اعلام شد, خبر داد, خبر دادند, خبر می‌دهد, خبر داده,
    گزارش داد, گزارش دادند, گزارش می‌دهد, گزارش داده, گزارش کرد, بر اساس گزارش, بنا بر گزارش, به گزارش, بنا به, بر پایه گفته,
    ادعا کرد, ادعا کردند, ادعا می‌کند, ادعا می‌کنند, ادعا کرده, مدعی شد, مدعی شدند, مدعی است, مدعی‌اند, مدعی شده, مدعی بود,
    رد کرد, رد کردند, رد می‌کند, رد می‌کنند, رد کرده, تکذیب کرد, تکذیب کردند, تکذیب می‌کند, تکذیب می‌کنند, تکذیب کرده, انکار کرد, انکار کردند, انکار می‌کند, انکار کرده,
    تأیید کرد, تأیید کردند, تأیید می‌کند, تأیید کرده, تأکید کرد, تأکید کردند, تأکید می‌کند, تأکید کرده, تأکید داشت,
    متهم کرد, متهم کردند, متهم می‌کند, متهم کرده, متهم شده, محکوم کرد, محکوم کردند, محکوم می‌کند, انتقاد کرد, انتقاد کردند, انتقاد می‌کند,
    نوشت, نوشتند, نوشته, نوشته است, نوشته‌اند, می‌نویسد, می‌نویسند, افزود, افزودند, می‌افزاید, اضافه کرد, اضافه کردند, اضافه می‌کند, یادآور شد, یادآوری کرد,
    اظهار داشت, اظهار داشتند, اظهار کرد, اظهار می‌کند, بیان کرد, بیان کردند, بیان داشت, بیان می‌کند, عنوان کرد, عنوان کردند, تصریح کرد, تصریح کردند, خاطرنشان کرد, خاطر نشان کرد,
    توضیح داد, توضیح دادند, توضیح می‌دهد, هشدار داد, هشدار دادند, هشدار می‌دهد, هشدار داده, پاسخ داد, پاسخ دادند, پاسخ می‌دهد, جواب داد, پرسید, پرسیدند, می‌پرسد,
    خواست, خواستند, خواسته است, خواستار شد, خواستار شدند, قول داد, قول دادند, وعده داد, وعده دادند, قول داده, وعده داده, سوگند خورد, اعتراف کرد, اعتراف کردند, پذیرفت, پذیرفتند, اذعان کرد,
    معتقد است, معتقدند, معتقد بود, باور دارد, باور دارند, گمان می‌کند, گمان می‌رود, فکر می‌کند, عقیده دارد, به عقیده, به باور, به نظر, از نظر, به اعتقاد, از دید, از قول, طبق گفته, طبق اعلام, به ادعای,
    ابراز کرد, ابراز داشت, ابراز امیدواری کرد, شنیدم, شنیده شد, فاش کرد, فاش کردند, افشا کرد, افشا کردند, توصیف کرد, توصیف کردند, خواند, خواندند, پیش‌بینی کرد, پیش‌بینی می‌کند, اشاره کرد, اشاره کردند, ابراز نگرانی کرد`,
  ar: `
    قال, قالت, قالا, قالوا, قلت, قيل, يقول, تقول, يقولون, أقول, يقال, القول, قائلا, قائلة, قوله, قولها, قولهم,
    صرح, صرحت, صرحوا, يصرح, تصرح, تصريح, تصريحات, أعلن, أعلنت, أعلنوا, يعلن, تعلن, أفاد, أفادت, أفادوا, يفيد, تفيد, ذكر, ذكرت, ذكروا, يذكر أن, تذكر أن,
    أكد, أكدت, أكدوا, يؤكد, تؤكد, يؤكدون, مؤكدا, مؤكدة, نفى, نفت, نفوا, ينفي, تنفي, ينفون, نافيا, نافية, أنكر, أنكرت, أنكروا, ينكر, تنكر,
    رفض, رفضت, رفضوا, يرفض, ترفض, كذب, كذبت, يكذب, تكذب, دحض, دحضت, فند, فندت, يفند, تفند, استنكر, استنكرت, ندد, نددت, أدان, أدانت,
    زعم, زعمت, زعموا, يزعم, تزعم, يزعمون, زاعما, زاعمة, ادعى, ادعت, ادعوا, يدعي, تدعي, يدعون أن, بزعم, مزاعم,
    اتهم, اتهمت, اتهموا, يتهم, تتهم, يتهمون, متهما, متهمة, اتهام, اتهامات, حمل المسؤولية,
    أضاف, أضافت, أضافوا, يضيف, تضيف, مضيفا, مضيفة, تابع, تابعت, أوضح, أوضحت, أوضحوا, يوضح, توضح, موضحا, موضحة, أشار, أشارت, أشاروا, يشير إلى, تشير إلى, مشيرا, مشيرة, لفت, لفتت,
    كتب, كتبت, كتبوا, يكتب, تكتب, كتبته, كتبه, رد, ردت, ردوا, يرد, ترد, ردا, أجاب, أجابت, أجابوا, يجيب, تجيب, سأل, سألت, سألوا, سئل, سئلت, يسأل, تسأل, يسألونه, تساءل, تساءلت,
    أبلغ, أبلغت, أبلغوا, أبلغه, أبلغها, أبلغهم, يبلغ, أخبر, أخبرت, أخبروا, أخبره, أخبرها, حذر, حذرت, حذروا, يحذر, تحذر, محذرا, شدد, شددت, شددوا, يشدد, تشدد, مشددا,
    تحدث, تحدثت, تحدثوا, يتحدث, تتحدث, رأى, رأت, يرى, ترى, يرون, اعتبر, اعتبرت, اعتبروا, يعتبر, تعتبر, معتبرا, يعتقد, تعتقد, يعتقدون, ظن, يظن, رجح, رجحت, يرجح, ترجح, توقع, توقعت, يتوقع,
    اعترف, اعترفت, اعترفوا, يعترف, تعترف, أقر, أقرت, أقروا, يقر, تقر, تعهد, تعهدت, تعهدوا, يتعهد, تتعهد, وعد, وعدت, أقسم, أقسمت, طالب, طالبت, طالبوا, دعا إلى, دعت إلى,
    وصف, وصفت, وصفوا, يصف, تصف, واصفا, انتقد, انتقدت, انتقدوا, كشف, كشفت, كشفوا, يكشف, تكشف, أثبت, أثبتت, نقل عن, نقلت عن, نقلا عن, نقلها, ينقل عن, ينسبها, نسب إلى, شهد بأن, شهدت بأن,
    بحسب, حسب, حسبما, وفق, وفقا ل, وفقا, طبقا ل, استنادا إلى, على حد قول, على حد قوله, على حد قولها, على حد تعبير, على لسان, من جانبه, من جهته, في رأيه, في رأيها, في نظره`,
  ru: `
    сказал, сказала, сказали, сказано, скажет, говорит, говорят, говорил, говорила, говорили, говорится, говоря,
    рассказал, рассказала, рассказали, рассказывает, рассказывают, рассказывал, рассказывала, пересказал, пересказала, пересказали,
    заявил, заявила, заявили, заявило, заявляет, заявляют, заявлял, заявляла, заявив, сообщил, сообщила, сообщили, сообщило, сообщает, сообщают, сообщается, сообщив,
    утверждает, утверждают, утверждал, утверждала, утверждали, утверждается, утверждая, отметил, отметила, отметили, отмечает, отмечают, отмечается,
    подчеркнул, подчеркнула, подчеркнули, подчёркивает, подчёркивают, добавил, добавила, добавили, добавляет, добавляют, уточнил, уточнила, уточнили, уточняет,
    пояснил, пояснила, пояснили, поясняет, объяснил, объяснила, объяснили, объясняет, объясняют, указал, указала, указали, указывает, указывают, напомнил, напомнила, напомнили, напоминает,
    по словам, по его словам, по её словам, по их словам, по данным, по их данным, по его данным, по версии, по его версии, по её версии, по мнению, по его мнению, по её мнению, по их мнению,
    по информации, по сведениям, по утверждению, по заявлению, по сообщению, по сообщениям, по оценке, по оценкам, согласно, со слов, со ссылкой на, как сообщает, как сообщил, как говорят, якобы, мол, дескать,
    отрицает, отрицают, отрицал, отрицала, отрицали, отверг, отвергла, отвергли, отвергло, отвергает, отвергают, опроверг, опровергла, опровергли, опровергло, опровергает, опровергают, опровержение,
    не подтвердил, не подтвердила, не подтвердили, подтвердил, подтвердила, подтвердили, подтвердило, подтверждает, подтверждают, не исключает, не исключают, не исключил,
    признал, признала, признали, признало, признаёт, признают, обвинил, обвинила, обвинили, обвинило, обвиняет, обвиняют, обвинив, обвинение, обвинения, осудил, осудила, осудили, осуждает, раскритиковал, раскритиковала, раскритиковали,
    назвал, назвала, назвали, назвало, называет, называют, назвав, написал, написала, написали, пишет, пишут, писал, писала, писали, выложил, опубликовал, опубликовала,
    ответил, ответила, ответили, ответило, отвечает, отвечают, возразил, возразила, возразили, возражает, спросил, спросила, спросили, спрашивает, поинтересовался,
    считает, считают, считал, считала, считали, полагает, полагают, полагал, полагала, думает, думают, верит, уверен, уверена, уверены, предположил, предположила, предположили, предполагает, предполагают,
    предупредил, предупредила, предупредили, предупреждает, предупреждают, пообещал, пообещала, пообещали, обещает, обещают, обещал, обещала, поклялся, заверил, заверила, заверили, заверяет,
    сформулировал, сформулировала, сослался, сослалась, ссылается, ссылаясь, сославшись, процитировал, цитирует, намекнул, намекает, раскрыл, раскрыла, выяснил, выяснили, показал, показала, свидетельствует, настаивает, настаивают, настаивал, призвал, призвала, призвали, потребовал, потребовала, потребовали, слышал, слышала`,
  zh: `
    说, 說, 说道, 表示, 称, 稱, 声称, 聲稱, 宣称, 宣稱, 号称, 號稱, 自称, 自稱, 坚称, 堅稱, 据称, 據稱, 指称, 指稱, 谎称,
    否认, 否認, 驳斥, 駁斥, 反驳, 反駁, 拒绝承认, 辟谣, 闢謠, 澄清, 不予置评, 未予置评, 指出, 认为, 認為, 强调, 強調, 承认, 承認, 透露, 披露, 宣布, 宣佈, 声明, 聲明,
    指责, 指責, 指控, 谴责, 譴責, 批评, 批評, 质疑, 質疑, 控诉, 抨击, 抨擊, 回应, 回應, 回答, 答复, 答覆, 答道, 回复, 反问, 反問, 问道, 告诉, 告訴, 告知,
    写道, 寫道, 解释, 解釋, 补充, 補充, 提醒, 警告, 承诺, 承諾, 保证, 保證, 发誓, 證實, 证实, 证明, 作证, 断言, 斷言, 主张, 主張, 重申, 直言, 坦言, 爆料,
    据, 據, 据报道, 據報導, 据悉, 據悉, 据说, 據說, 报道, 報導, 援引, 引述, 引用, 转述, 轉述, 听说, 聽說, 相信, 猜测, 推测, 推測, 估计, 估計, 怀疑, 懷疑, 认定, 認定, 预计, 預計, 呼吁, 呼籲, 提到, 谈到, 指`,
};

/**
 * Words in which a Chinese cue of one character is no cue. They are looked for as the cues are, and
 * what they cover is passed over.
 */
const chineseOthers = `
  小说, 小說, 传说, 傳說, 学说, 假说, 说法, 說法, 说服, 說服, 说明, 說明, 说谎, 說謊, 说话, 說話, 说不定, 解说, 说起来, 说到底, 游说, 遊說,
  名称, 名稱, 称号, 稱號, 职称, 職稱, 对称, 對稱, 称呼, 稱呼, 简称, 簡稱, 俗称, 俗稱, 人称, 称为, 稱為, 称赞, 稱讚, 称职, 堪称, 堪稱, 通称, 昵称,
  证据, 證據, 数据, 數據, 依据, 依據, 占据, 佔據, 据此, 據此, 据点, 據點, 收据, 票据, 据为己有, 割据, 论据,
  指数, 指數, 手指, 指导, 指導, 指挥, 指揮, 指示, 指使, 指定, 指标, 指標, 指向, 指着, 指著, 指甲, 指纹, 指紋, 拇指, 食指, 戒指, 指引, 指南, 指令, 指望, 指派`;

/** What Arabic writes as one with the next word. */
const arabicPrefixes = ["", "و", "ف"];

/** The cues to look for, and what is no cue though one of them is in it. */
export type CueList = { readonly cues: readonly string[]; readonly others: readonly string[] };

/**
 * The cues to look for in a text, with the project's own, which hold for every language.
 *
 * @param language of the text, a BCP 47 tag; null where nobody knows: its script decides then, and
 *   where that tells nothing, all lists are taken
 * @param text whose script is looked at; its beginning will do
 */
export function cuesFor(
  { language, text }: { readonly language: string | null; readonly text: string },
  own: readonly string[],
): CueList {
  const languages = language === null ? languagesByScript(text) : languagesOf(language);
  const cues = languages.flatMap(formsIn);
  return {
    cues: [...new Set([...cues, ...own])],
    others: languages.includes("zh") ? listed(chineseOthers) : [],
  };
}

/**
 * The words and phrases that somebody has written for a project, each once, in one line and with
 * single spaces.
 *
 * @throws Refusal "invalid" with the `index` of the culprit, where it is one of them: there may be
 *   {@link MAX_CUES} of {@link MAX_CUE_LENGTH} characters, each with a letter or digit and nothing that cannot be seen
 */
export function checkedCues(written: readonly string[]): string[] {
  if (written.length > MAX_CUES) {
    throw new Refusal("invalid", `A project may have ${MAX_CUES} words of its own at most.`, {
      field: "cues",
    });
  }
  const checked = written.map((one, index) => {
    const what = written.length === 1 ? "The word" : `Word ${index + 1}`;
    const cue = checkedName(one, what, "cues").replace(/\s+/g, " ");
    const refuse = (message: string) =>
      new Refusal("invalid", `${what} ${message}`, { field: "cues", index });
    if (codePointLength(cue) > MAX_CUE_LENGTH) {
      throw refuse(`may have ${MAX_CUE_LENGTH} characters at most.`);
    }
    if (!hasLetterOrDigit(cue)) throw refuse("has no letter and no digit.");
    return cue;
  });
  return [...new Set(checked)];
}

/** The words and phrases of a language, each in every writing in which it is looked for. */
function formsIn(language: CueLanguage): string[] {
  const forms = listed(lists[language]);
  switch (language) {
    // Many write a space where the half-space belongs.
    case "fa":
      return forms.flatMap((form) => [form, form.replaceAll("\u200c", " ")]);
    case "ar":
      return arabicPrefixes.flatMap((prefix) => forms.map((form) => prefix + form));
    default:
      return forms;
  }
}

function listed(list: string): string[] {
  return list.split(",").map((form) => form.trim());
}

/** None for a language without a list, and for a tag that is none. */
function languagesOf(tag: string): readonly CueLanguage[] {
  let language: string;
  try {
    ({ language } = new Intl.Locale(tag)); // Dari is Persian, Mandarin Chinese
  } catch {
    return [];
  }
  return cueLanguages.filter((one) => one === language);
}

const scripts: readonly { readonly letters: RegExp; readonly languages: readonly CueLanguage[] }[] =
  [
    { letters: /\p{Script=Latin}/gu, languages: ["en"] },
    { letters: /\p{Script=Arabic}/gu, languages: ["ar"] },
    { letters: /\p{Script=Cyrillic}/gu, languages: ["ru"] },
    { letters: /\p{Script=Han}/gu, languages: ["zh"] },
  ];

/** Letters that Persian has and Arabic lacks: a twentieth of a Persian text. */
const persianLetters = /[پچژگ]/g;

/** How much of a text is looked at for its script, in UTF-16 units. */
const SAMPLE = 2000;

function languagesByScript(text: string): readonly CueLanguage[] {
  const sample = text.slice(0, SAMPLE);
  const count = (letters: RegExp) => sample.match(letters)?.length ?? 0;
  const counted = scripts.map(({ letters, languages }) => ({ languages, count: count(letters) }));
  const most = counted.reduce((one, other) => (other.count > one.count ? other : one));
  if (most.count === 0) return cueLanguages;
  // A foreign name may bring one of them into an Arabic text.
  const isPersian = most.languages.includes("ar") && count(persianLetters) * 100 > most.count;
  return isPersian ? ["fa"] : most.languages;
}
