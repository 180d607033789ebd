"""French and English words around people: titles, particles, given names, relations, saying."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("’", "'"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


SHORT_TITLES = _set_of("m mr mme mlle mmes mm dr pr me mrs ms prof")
"""A dot may follow them."""
TITLES = SHORT_TITLES | _set_of(
    "monsieur madame mademoiselle messieurs mesdames docteur professeur maitre miss mister sir"
    " madam doctor"
)
PARTICLES = _set_of(
    "de du des d l la le les von van der den zu di da del della dos ben bint el al abu mac o saint"
    " sainte"
)
# The commonest given names of people living in France and in English-speaking countries; those
# that are also common words at the beginning of a sentence are left out.
GIVEN_NAMES = _set_of(
    """
    adam adele adrien agathe agnes ahmed aicha alain alan albert alex alexandra alexandre alexis
    alice aline ali amandine amelie amy ana anais andre andrea andrew angela anissa anita anna anne
    annick annie anthony antoine antoinette arnaud arthur audrey aurelie aurelien axel barbara
    baptiste beatrice benedicte benjamin benoit bernadette bernard bertrand brian brigitte bruno
    camille carine carl carla carlos carol carole caroline cassandra catherine cathy cecile cedric
    celine chantal charles charlotte chloe chris christelle christian christiane christine
    christophe christopher claude claudine clement clementine colette colin coralie corinne cyril
    damien daniel daniele danielle david deborah delphine denis denise diana didier dominique
    dorothee dylan edith edouard edward elena eliane elisabeth elise elizabeth ella elodie eloise
    emilie emily emma emmanuel emmanuelle enzo eric erika estelle esther ethan etienne eugene eva
    evelyne fabien fabienne fabrice fanny farid fatima fatiha fatou fernand florence florian
    francis franck francois francoise frank frederic frederique gabriel gabrielle gael gaelle
    gaston genevieve geoffrey george georges gerald gerard germaine gilbert gilles ginette
    gregory guillaume gustave guy habib hamza hannah hassan helen helene henri henry herve hugo
    hugues ibrahim ines irene isabelle ismael jack jackie jacqueline jacques james jamila jane
    janine jason jean jeanine jeanne jeannine jeffrey jennifer jeremy jerome jessica jimmy joan
    joanna jocelyne joel joelle john jonathan jordan jose joseph josephine josette josiane joshua
    joyce juan judith jules julia julie julien juliette justin justine karen karim karine katherine
    kathleen kelly kenneth kevin khadija laetitia laura laure laurence laurent lea leila leo leon
    leonie lilian liliane linda lionel lisa loic lola louis louise luc lucas lucie lucien lucienne
    ludovic lydia lydie maeva magali malika manon manuel marc marcel marcelle margaret margaux
    marguerite maria mariam marianne marie marina marion mark martin martine mary mathias mathieu
    mathilde matteo matthew matthias matthieu maud maurice max maxime megan mehdi melanie melissa
    michael michel michele micheline michelle mickael mireille mohamed mohammed monique morgane
    mounir muriel mustapha myriam nadege nadia nadine nancy nathalie nathan nicolas nicole nina
    noah noel noemie nora nour odette odile oliver olivier omar oscar pascal pascale patrice
    patricia patrick paul paula paulette pauline peter philip philippe pierre quentin rachel
    rachid raphael raymond raymonde rebecca regine regis remi remy rene renee richard robert
    roberto robin roger roland romain romane ronald rosalie rosa ruth ryan sabine sabrina said
    salma salome samantha samir samira samuel sandra sandrine sara sarah sebastien serge severine
    sharon simon simone sofia solange solene sonia sophie stephane stephanie stephen steven
    sylvain sylvie susan suzanne tatiana teresa theo theodore theophile theresa therese thibault
    thierry thomas timothee timothy tom valentin valentine valerie vanessa veronique victor
    victoria vincent virginie viviane walter wendy william willy xavier yann yannick yasmina
    yasmine yassine yolande youssef yves yvette yvonne zoe zohra
    """
)
RELATIONS = (
    "mari|femme|épouse|époux|conjointe?|compagne|compagnon|fils|filles?|enfants?|frère|sœur|soeur"
    "|mère|père|parents?|beau-père|belle-mère|beau-frère|belle-sœur|grand-mère|grand-père|oncle"
    "|tante|cousine?|neveu|nièce|voisine?s?|collègues?|patronne?|employeur|locataires?"
    "|propriétaire|colocataires?|avocate?|médecin|tuteur|tutrice|amie?s?|ex-mari|ex-femme"
    "|husband|wife|spouse|partner|son|daughter|child|children|brother|sister|mother|father"
    "|mother-in-law|father-in-law|uncle|aunt|cousin|nephew|niece|neighbou?rs?|colleagues?|boss"
    "|employer|tenants?|landlord|landlady|flatmate|lawyer|doctor|guardian|friends?"
)
OWNERS = (
    "mon|ma|mes|ton|ta|son|sa|ses|notre|nos|votre|vos|leur|leurs|un|une|le|la|l'|l’|des"
    "|my|your|his|her|our|their|a|an|the"
)
WITNESSES = (
    "témoins?|lanceu(?:r|se) d['’]alerte|informat(?:eur|rice)|dénonciat(?:eur|rice)"
    "|plaignante?s?|signalante?"
    "|witness(?:es)?|whistle-?blowers?|informants?|complainants?"
)
SAID = (
    r"(?:(?:nous|vous|lui|leur|me|te|m['’]|t['’])[ ]?)?(?:a|ont|avait|avaient|aurait)[ ]"
    r"(?:bien |aussi |déjà |encore |nous )?(?:dit|déclaré|indiqué|signalé|affirmé|expliqué|raconté"
    r"|rapporté|confirmé|précisé|témoigné|dénoncé|prévenu|informé|écrit|appelé)"
    r"|(?:dit|déclare|indique|signale|affirme|explique|raconte|rapporte|confirme|précise|pense)\b"
    r"|(?:has |had )?(?:said|told|stated|reported|claimed|explained|confirmed|testified|warned"
    r"|informed|wrote|called)\b|(?:says|states|reports|claims|thinks)\b"
)
BEFORE_SAID = (
    r"selon|d['’]après|au dire de|aux dires de|signalé par|dénoncé par|rapporté par|plainte de"
    r"|témoignage de|according to|reported by|told by|complaint (?:of|by|from)|statement of"
)
