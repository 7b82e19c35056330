import { lazily } from "./lazily.ts";

/**
 * Chinese characters of names by Latin spelling: pinyin, then the spellings of surnames in Hong Kong, Taiwan and overseas.
 * Only common characters: a name with any other is not compared with a Latin one.
 */
const GROUPS =
  "ai=爱 an=安 bai=白 bao=包 bei=北 bi=毕 bin=斌彬 bo=博波伯 cai,tsai,choi,choy=蔡 cai=才 cao,tsao=曹 chang=昌常长 chao=超 " +
  "chen,chan,tan=陈 chen=宸晨辰 cheng=成程城诚承 chi=迟 chuan=川 chun=春 cong=聪 cui,tsui=崔 da=大达 dai,tai=戴 dan=丹 de=德 " +
  "deng,tang=邓 dian=店 ding,ting=丁 dong,tung=董 dong=东栋 du,to=杜 duan=段 fa=发 fan=范凡樊 fang,fong=方 fang=芳 fei=飞 " +
  "fen=芬 feng,fung=冯 feng=锋风凤 fu=福富付傅 gang=刚 gao,ko,kao=高 ge=葛 geng=耿 gong=龚公 gu,ku=顾 guan=关冠 guang=光广 gui=贵桂 " +
  "guo,kuo,kwok=郭 guo=国果 hai=海 han=韩涵 hang=航 hao=皓浩昊豪郝 he,ho=何 he=和贺鹤 hong,hung=洪 hong=红宏鸿弘 hou=侯厚 hu,wu=胡 " +
  "hua=华 huang,wong,ng=黄 hui=慧辉惠会 ji=季纪 jia=佳家嘉贾 jian=建健坚简 jiang,chiang=江蒋 jiang=姜 jiao=娇焦 jie=杰洁 " +
  "jin,kam,kim=金 jin=近进锦晋 jing=静晶京敬 ju=菊 juan=娟 jun=军俊君钧 kai=凯开 kang=康 kong,hung=孔 lai=赖 lan=兰蓝 lang=朗 le=乐 " +
  "lei=雷磊 li,lee=李 li=丽莉力利立黎 lian=莲 liang,leung=梁 liang=亮良 liao=廖 lin,lam,lim=林 lin=琳霖 ling=玲 liu,lau,low=刘 " +
  "liu=柳 long,lung=龙 lu,lo=卢 lu,luk=陆 lu=鲁璐露 lun=伦 luo,lo,law=罗 luo=骆 ma=马 mai=麦 mao=毛茂 mei=梅美 meng=孟 min=敏民 " +
  "ming=茗明鸣 mo=沫莫 mu=沐木慕 na=娜 nan=南楠 ni=倪 ning=宁 niu=牛 nan=南 nuo=诺 ou,au=欧 pan,poon=潘 pang=庞 peng,pang=彭 " +
  "peng=鹏朋 ping=平萍 qi=齐琪奇祺启琦 qian=钱倩谦 qiang=强 qiao=乔巧 qin=秦勤琴 qing=青清庆 qiu,yau=邱 qiu=秋 quan=全 ran=然 ren,yam=任 " +
  "ren=仁 rong=荣容 rui=瑞睿 ruo=若 san=三 sha=莎 shan=山珊 shang=尚商上 shao=邵绍 shen,sum=沈 shen=申 sheng=胜生盛 shi,shih=石 " +
  "shi=施史诗世时士 shu=淑树 shuai=帅 shun=顺 si=思司 song,sung=宋 song=松 su,so=苏 su=素 sun,suen=孙 tai=泰太 tan,tam=谭 " +
  "tang,tong=唐 tang=汤堂 tao=涛陶 tian,tin=田 tian=天 ting=婷 tong=彤桐 tu=涂 wan=万婉 wang,wong,ong=王 wang=汪 wei=伟魏维伟玮 " +
  "wen,man=文 wen=温雯 wu,ng=吴 wu=武伍 xi=习习熙汐 xia,ha=夏 xia=霞 xian=先 xiang,hsiang=向 xiang=祥翔香 xiao,hsiao,siu=萧 " +
  "xiao=小晓肖笑 xie,hsieh,tse=谢 xin=新欣鑫心馨昕 xing=星邢行 xiong=雄熊 xiu=秀修 xu,hsu,hui=许 xu,hsu,tsui=徐 xu=旭 xuan=轩萱 " +
  "xue=雪薛学 ya=娅雅娅 yan=燕艳岩颜严妍炎焱 yang,yeung=杨 yang=阳洋 yao,yiu=姚 yao=瑶耀尧 ye,yeh,yip=叶 yi=奕苡一怡艺义易依 yin=尹银殷 " +
  "ying=英颖 yong=勇永 you=友悠 yu=羽于余玉宇雨瑜俞裕钰语煜 yuan,yuen=袁 yuan=元媛远源渊 yue=月岳悦越 yun=云 ze=泽 zeng,tsang=曾 zhan=展 " +
  "zhang,chang,cheung=张 zhang=章 zhao,chao,chiu=赵 zhe=哲 zhen=珍真振震贞 zheng,cheng=郑 zheng=正政 zhi,chih=志智之芝治致知直 " +
  "zhong,chung=钟 zhong=中 zhou,chou,chow=周 zhu,chu=朱 zhu=祝珠 zhuang=庄 zi=子紫梓 zou=邹";

/** Spellings by character. */
export function syllablesOfHan(): [string, string[]][] {
  return GROUPS.split(" ").flatMap((group): [string, string[]][] => {
    const [spellings = "", characters = ""] = group.split("=");
    return Array.from(characters, (character): [string, string[]] => [character, spellings.split(",")]);
  });
}

/** Alternating traditional and simplified forms of characters used in names of people and firms. */
const TRADITIONAL =
  "陳陈張张陽阳劉刘黃黄吳吴鄭郑趙赵孫孙楊杨馬马許许鄧邓馮冯葉叶蔣蒋鍾钟鐘钟譚谭盧卢陸陆蘇苏羅罗賴赖韓韩魏魏龍龙顧顾湯汤蕭萧鄒邹龐庞閻阎嚴严賈贾萬万錢钱莊庄歐欧義义國国華华偉伟麗丽強强軍军傑杰東东鳳凤蘭兰" +
  "寶宝慶庆榮荣蓮莲愛爱漢汉學学習习師师寧宁嘉嘉銘铭鋒锋鵬鹏飛飞雲云靜静穎颖豐丰興兴書书貴贵發发業业銀银行行電电話话醫医藥药院院餐餐廳厅館馆飯饭麵面廣广門门長长開开關关車车務务護护務务業业貿贸務务際际銷销" +
  "樂乐歡欢夢梦瑪玛蓋盖賓宾爾尔達达維维聖圣麥麦溫温貝贝鄺邝簡简鄔邬戴戴齊齐閔闵葦苇鋼钢鐵铁灣湾臺台縣县鎮镇區区號号樓楼會会議议單单處处" +
  "髙高﨑崎邊边邉边澤泽沢泽濱浜齋斉齊斉櫻桜廣広";
const simple = lazily(
  (): ReadonlyMap<string, string> =>
    new Map(Array.from(TRADITIONAL.matchAll(/(.)(.)/gu), ([, from = "", to = ""]): [string, string] => [from, to])),
);

/** Unifies variants of Chinese and Japanese characters. */
export function simplified(word: string): string {
  return /\p{Script=Han}/u.test(word) ? Array.from(word, (sign) => simple().get(sign) ?? sign).join("") : word;
}
