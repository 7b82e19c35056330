import { lazily } from "./lazily.ts";

/**
 * Lookalikes of Latin letters, from Unicode's confusables (UTS 39) through the package `unhomoglyph`, reduced to the scripts
 * that are used to disguise Latin words. One group per letter (or two): the letter first, then its lookalikes. A test
 * compares the table with the package, which would add 31 kB to the Worker.
 */
const GROUPS =
  "aɑΑαАаᎪꓮ aaꜲꜳ aeÆæӔӕ aoꜴꜵ auꜶꜷ avꜸꜹꜺꜻ ayꜼꜽ bƀƂƃƄɓΒБВЬѢѣҌҍᏏᏴꓐꞴ blЫ cȼСсҪҫᏟᴄⲤⲥꓚꮯ dÐĐđƉƌɖɗԁᎠᏧꓒꓓ dzʣ " +
  "eɆɇΕЕеҽҾҿᎬꓰꬲ fƑƒϜքᵮẝꓝꞘꞙꬵ𝈓 gƍǤǥɠɡԌցᏀᏳᶃꓖ hĦħɦΗНћҢһӇӉհᎻᏂᏲⱧⲎꓧꚕ iıɨɩɪιіӏᎥᵻᵼꙇꭵ jɈɉͿϳЈјᎫꓙꞲ kƙΚКҚҞᏦⱩⲔꓗꝀ " +
  "lŁłƖƗƚǀɫɭΙІӀᏞⲒⳐꓡꓲ𝈪 llǁ loЮ lsʪ lzʫ mΜϺМӍᎷⲘꓟ nƝƞɳΝηոռᵰⲚꓠꓵ𐆎𝉅 oØøƟɵΘΟθοσОоѲѳӨөՕօᎾᏫᴏᴑⲞⲟꓳꝊꝋꬽꬾꭴꮎꮻ𝈚 " +
  "oeŒœ ooꚘꚙꝎꝏ pƥΡρРрᏢᵽⲢⲣꓑ qʠԛգզ rƦɍɼɽгғᎡᏒᴦᵲⲅꓣꭇꭈꮁ𝈖 rnɱᵯ sƽʂЅѕՏᏕᏚᵴꓢꜱꮪ tŦŧƭƮȾΤТҬᎢᵵⲦꓔ tfꝷ tsʦ " +
  "uɄʋυՍսᏌᴜᵾꓴꞟꭎꭒꮜ ueᵫ uoꭣ vνѴѵᏙᴠꓦꮩ𝈍 wɯѡѼѽԜԝաᎳᏇᏔᴡꓪꝡꮃ𝈢 xΧХхҲⲬꓫꞳ yƴɎɏɣʏΥγГУуҒҮүҰұᎩᎱᎽᶌỿⲄⲨꓬꭚ zƵƶȤȥʐΖᏃᴢᵶꓜꮓ";

const lookalikes = lazily(
  (): ReadonlyMap<string, string> =>
    new Map(
      GROUPS.split(" ").flatMap((group) => {
        const [latin = "", ...others] = group.split(/(?<=^[a-z]+)(?![a-z])/u);
        return Array.from(others.join(""), (lookalike): [string, string] => [lookalike, latin]);
      }),
    ),
);

/** The Latin letters that a character looks like, or the character itself. */
export function lookalike(character: string): string {
  return lookalikes().get(character) ?? character;
}
