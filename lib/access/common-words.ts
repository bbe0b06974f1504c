/**
 * What people make passwords of, after the published studies of leaked ones: words for passwords in
 * many languages, names, places, teams, animals, heroes, months, endearments, products, and words
 * typed on the wrong keyboard layout. Common passwords of twelve characters and more are nearly all
 * made of one or two of these, with digits or a sign at an end.
 */
export const commonWords: readonly string[] = `
password passwort passw pass passcode passphrase motdepasse contrasena contrasenia clave senha parola
parool wachtwoord haslo salasana losenord adgangskode sifre parolamea lozinka heslo jelszo kennwort
пароль парол gfhjkm mima kataskopos passord parole wordpass letmein letmein openup opensesame sesame
access accessgranted login logon signin signup welcome welcomeback hello helloworld goodbye hallo
bonjour hola ciao privet привет ghbdtn namaste salam admin administrator adminadmin root toor superuser
sysadmin system user username guest test tester testing temp temporary default changeme changeit
change changethis secret topsecret secure security private master masterkey manager owner server
service support office company business account database oracle postgres mysql ubuntu debian linux
windows microsoft google facebook twitter instagram youtube tiktok snapchat linkedin myspace hotmail
gmail yahoo outlook apple iphone ipad macbook android samsung nokia huawei internet computer laptop
desktop keyboard monitor printer network router wifi wireless netgear linksys cisco vmware docker
github gitlab gainsay annotate annotator reviewer newsroom research researcher university student
teacher professor school college campus library science science
qwerty qwertz azerty qwertyuiop asdfghjkl zxcvbnm asdf zxcv qwer wasd qazwsx qazwsxedc wsxedc edcrfv
zaqxsw zaqwsx asdfgh zxcvbn poiuytrewq lkjhgfdsa mnbvcxz йцукен фывапро ячсмить aqwzsx abc abcd abcdef
abcdefg abcdefgh xyz iloveyou iloveu loveyou loveme lovelove love lover lovers lovely forever always
iloveme ihateyou hateyou hate missyou kissme kisses hugs darling sweetheart sweetie honey honeybunny
baby babygirl babyboy angel angels princess prince queen king kings queens beautiful gorgeous pretty
cutie cute sexy hottie bitch fuckyou fuckme fuckoff fuck fucker asshole shit bullshit dick pussy cock
porn sexsex tequiero teamo tequieromucho miamor mivida jetaime amour monamour doudou loulou chouchou
amore amoremio tiamo tesoro schatz schatzi liebe ichliebedich kocham kochanie skarbie askim canim
saranghae aishiteru woaini woaini любовь люблю солнце наташа dragon dragons monkey monkeys tiger tigers
lion lions eagle eagles falcon falcons panther panthers bear bears wolf wolves wolfpack shark sharks
dolphin dolphins horse horses pony puppy puppies kitten kittens kitty doggy doggie bulldog rabbit
bunny hamster turtle spider snake cobra viper python phoenix unicorn butterfly ladybug penguin panda
koala gorilla elephant giraffe zebra cheetah leopard jaguar cougar puma raven hawk cowboy cowboys
football soccer baseball basketball hockey tennis volleyball softball golfer golf rugby cricket
swimming running dancing dancer gymnast cheerleader skateboard snowboard surfing surfer skater biker
chelsea arsenal liverpool manchester manutd manchesterunited barcelona realmadrid madrid juventus
milan inter bayern munich dortmund schalke hamburg celtic rangers everton tottenham newcastle
galatasaray fenerbahce besiktas flamengo corinthians palmeiras boca river spartak zenit dynamo
yankees redsox dodgers giants mets cubs lakers celtics bulls raiders packers steelers patriots broncos
ronaldo messi neymar zidane beckham jordan kobe lebron superman batman spiderman ironman wolverine
hulk avengers marvel starwars skywalker jedi vader darthvader yoda startrek matrix gandalf frodo
hobbit hogwarts harrypotter potter gryffindor slytherin voldemort naruto sasuke goku dragonball
dragonballz pokemon pikachu charizard digimon onepiece sonic mario luigi zelda nintendo playstation
xbox minecraft fortnite roblox warcraft worldofwarcraft starcraft diablo counterstrike callofduty halo
assassin assassins creed simpsons simpson homer bart southpark spongebob mickey mickeymouse minnie
disney donald tinkerbell barbie hellokitty snoopy garfield scooby scoobydoo tweety winnie pooh
michael michelle jennifer jessica ashley amanda sarah stephanie nicole elizabeth heather melissa
danielle christina kimberly patricia barbara margaret samantha charlotte olivia sophia emma emily
isabella mia amelia abigail madison victoria victory alexander alexandra alexandre alejandro alex
andrew andrea andreas anthony antonio arthur austin benjamin brandon brian bryan cameron carlos
caroline catherine charles charlie chris christian christopher daniel daniela david dennis diego
dominic dylan edward eric ethan fernando francisco gabriel george hannah harry henry hunter isaac
jack jackson jacob jake james jason javier jeffrey jeremy john johnny johnson jonathan jordan jose
joseph joshua juan julia julian justin karina katherine kevin kristina kyle laura lauren leonardo
lisa logan lucas luis maggie marcus maria mariana marie mark marlon martin martina matthew maxwell
miguel molly morgan muhammad mohammed mohamed ahmed ali hassan hussein fatima mehdi reza amir omar
ibrahim mustafa yusuf natalia natasha nathan nicholas nicolas oliver oscar pamela patrick paul pedro
peter philip phillip rachel rebecca richard robert roberto rodrigo roger ronald ryan sabrina samuel
sandra santiago sebastian sergey sergei shannon simon sofia stephen steven susan sydney taylor teresa
thomas tiffany timothy tyler valentina vanessa veronica vincent vladimir walter william wilson xavier
yolanda zachary zoe vladislav dmitry andrey aleksandr mikhail ivan olga svetlana tatiana anastasia
america american usa canada mexico brazil brasil argentina colombia chile peru venezuela england
london britain scotland ireland dublin france paris germany deutschland berlin italy italia rome roma
spain espana portugal lisboa greece athens turkey turkiye istanbul ankara poland polska warszawa
russia россия moscow moskva ukraine ukraina kiev kyiv china beijing shanghai hongkong taiwan japan
tokyo korea seoul india indian mumbai delhi pakistan karachi bangladesh indonesia jakarta malaysia
singapore philippines manila vietnam thailand bangkok australia sydney melbourne newyork newyorkcity
nyc brooklyn california losangeles sanfrancisco chicago boston texas dallas houston florida miami
lasvegas vegas seattle detroit phoenix denver alaska hawaii iran tehran iraq baghdad syria damascus
egypt cairo israel jerusalem palestine gaza lebanon beirut jordan saudi arabia dubai qatar kuwait
yemen morocco algeria tunisia africa nigeria kenya ghana europe asia
summer winter spring autumn fall sunshine sunny sunday monday tuesday wednesday thursday friday
saturday january february march april may june july august september october november december
januar februar maerz mai juni juli oktober dezember sommer winter fruehling herbst verano invierno
christmas halloween easter birthday holiday weekend morning midnight moonlight starlight rainbow
snowflake snowball thunder lightning storm hurricane tornado ocean beach island mountain forest
flower flowers rose roses tulip daisy jasmine lily orchid cherry cherries strawberry blueberry
banana bananas orange apple apples peach peaches lemon mango coconut pineapple chocolate vanilla
cookie cookies cupcake candy sugar cheese pizza burger chicken bacon pancake coffee starbucks pepsi
cocacola coca cola beer budweiser heineken corona vodka whiskey jackdaniels wine champagne marijuana
weed smoke ganja metallica slipknot nirvana acdc ironmaiden linkinpark greenday beatles rollingstones
eminem tupac snoop rihanna beyonce shakira britney madonna michaeljackson elvis presley bobmarley
marley blink onedirection justinbieber bieber taylorswift bts blackpink exo guitar guitarist drummer
music musica rocknroll rockstar rock metal hiphop reggae jazz mercedes benz mercedesbenz porsche
ferrari lamborghini maserati bugatti bentley corvette mustang camaro chevrolet chevy ford toyota honda
nissan mazda subaru suzuki yamaha kawasaki ducati harley davidson harleydavidson volkswagen audi bmw
volvo renault peugeot citroen fiat hyundai tesla trustno trustnoone trust nothing nobody everything
anything something someone whatever whatsup nopassword nopass noaccess blank blahblah blah asd
jesus jesuschrist christ jesusislord jesuslovesme ilovejesus god godisgood godislove lord savior
heaven faith hope grace blessed blessing allah allahuakbar bismillah buddha krishna ganesha hallelujah
amen peace freedom liberty justice destiny fantasy mystery magic magical wizard witch vampire zombie
ghost demon devil satan lucifer hell killer murder death dead blood danger dangerous crazy insane
psycho maniac loser winner champion champ legend hero heroes warrior knight ninja samurai pirate
pirates captain soldier marine marines army navy airforce police fireman firefighter doctor nurse
lawyer engineer pilot boss bigboss bigdaddy daddy mommy mother father mama papa mommy mummy sister
brother family friends friend friendship bestfriend bestfriends girlfriend boyfriend husband wife
grandma grandpa family myfamily mylove mylife mybaby myangel myself member members happy happiness
smile smiley laugh lucky luckyone money moneymoney cash dollar dollars million millionaire rich gold
golden silver diamond diamonds crystal platinum emerald ruby sapphire pearl star stars superstar
shadow shadows ghost hunter ranger phantom maverick rebel outlaw joker jokers thunderbird blackbird
purple yellow orange green black white pink blue silver red blueeyes browneyes greeneyes bluesky
number numberone one two three four five six seven eight nine zero hundred thousand million first
second third google qwe asdasd qweqwe zxczxc qweasd qweasdzxc asdzxc poi lol lmao rofl omg wtf yolo
swag noob gamer gaming player playboy playgirl hacker hacked hack matrix cyber digital future power
energy rocket galaxy universe planet earth moon mars jupiter saturn uranus neptune pluto venus space
remember forget forgot forgotten imissyou misspassword correct horse battery staple
correcthorsebatterystaple tobeornottobe this thisis mypassword enter entry key keys code codes
trump biden obama putin clinton hillary zelensky erdogan khamenei
`
  .trim()
  .split(/\s+/);

/** Runs of neighbouring keys and of the alphabet, of which any piece of three and more is a sequence. */
export const sequences: readonly string[] = [
  "01234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
  "yxcvbnm",
  "azertyuiop",
  "qsdfghjklm",
  "wxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
  "qazwsxedcrfvtgbyhnujmikolp",
  "1234qwerasdfzxcv",
  "!@#$%^&*()",
  "абвгдежзийклмнопрстуфхцчшщъыьэюя",
  "йцукенгшщзхъ",
  "фывапролджэ",
  "ячсмитьбю",
  "ضصثقفغعهخحج",
  "شسیبلاتنمک",
];
