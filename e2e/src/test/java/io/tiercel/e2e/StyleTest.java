package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Docs and sources use the field's terms and plain English: no private vocabulary, no long sentences. */
@Tag("unit")
class StyleTest {
    private static final int MAX_WORDS_PER_SENTENCE = 25;

    /** Words that a reader would stumble over, or that hide the actor. */
    private static final Pattern BANNED_WORDS = Pattern.compile(
            "\\b(anew|whoever|whosoever|be it that|whereof|thereof|is no (alert|program|call|record|event|rule)"
                    + "|who (changes|comes|wants|reaches)|(is|are|being) told|(is|are) said|what is (left|wrong|due)|owes|owed)\\b");

    /** Names that the project used before it adopted standard terms. */
    private static final Pattern RETIRED_NAMES = Pattern.compile(
            "first[ _-]pass\\b(?! filtering)|FirstPass|PassInForce|KernelPass|TypePass|PassOfType|PassTables|Whereabouts|\\bJoiner\\b"
                    + "|FigureTaker|\\bOddOnes\\b|SensorWords|RuleChoice|RuleFilesLook|IncidentBell|ResponseBell|QueueBell|\\bDeeds\\b"
                    + "|\\bRemed(y|ies)\\b|\\bAnnouncer\\b|AnnouncementStore|IncidentGrounds|ForeseenPlans|\\bInquiry\\b|TokenDoor"
                    + "|CallersShowCertificates|UsedTokens|TIERCEL_ASK\\b|TIERCEL_TRIAL|RingTheBells|FdCalls|first_opens|wishes\\.");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```\\s*$");
    private static final Pattern INLINE_CODE = Pattern.compile("`[^`]*`");
    private static final Pattern LINK_TARGET = Pattern.compile("\\]\\([^)]*\\)");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?:])[\"')*_]*\\s+");
    private static final Pattern LIST_ITEM = Pattern.compile("([-*+]|\\d+\\.)\\s+");

    @Test
    void noFileUsesBannedWordsOrRetiredNames() throws IOException {
        List<String> findings = new ArrayList<>();
        for (Path file : texts()) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (BANNED_WORDS.matcher(line).find()
                        || RETIRED_NAMES.matcher(line).find()) {
                    findings.add(Tiercel.ROOT.relativize(file) + ":" + (i + 1) + ": " + line.strip());
                }
            }
        }
        assertEquals(List.of(), findings);
    }

    @Test
    void noSentenceOfTheDocsIsTooLong() throws IOException {
        List<String> findings = new ArrayList<>();
        for (Path page : pages()) {
            for (String paragraph : paragraphs(Files.readString(page))) {
                for (String sentence : SENTENCE_END.split(paragraph)) {
                    long words = Arrays.stream(sentence.split("\\s+"))
                            .filter(word -> word.matches(".*\\w.*"))
                            .count();
                    if (words > MAX_WORDS_PER_SENTENCE) {
                        findings.add(Tiercel.ROOT.relativize(page) + ": " + words + " words: " + sentence);
                    }
                }
            }
        }
        assertEquals(List.of(), findings);
    }

    /** Pages for readers: Markdown outside build output, without the changelog. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = files(path -> path.getFileName().toString().endsWith(".md"));
        assertTrue(pages.size() > 25, () -> "found only " + pages);
        return pages;
    }

    private static List<Path> texts() throws IOException {
        List<Path> texts = files(path -> {
            String name = path.getFileName().toString();
            return !path.toString().contains("/src/test/")
                    && (name.matches(".*\\.(md|java|c|h|tf|hcl|yaml|yml|tpl|sh|proto|sql|tsv|txt|properties|xml)")
                            || name.matches("tiercel|mvnw|build|run|launcher|java-options"));
        });
        assertTrue(texts.size() > 800, () -> "found only " + texts.size());
        return texts;
    }

    private interface Choice {
        boolean includes(Path path);
    }

    private static List<Path> files(Choice choice) throws IOException {
        try (Stream<Path> all = Files.walk(Tiercel.ROOT)) {
            return all.filter(path -> isSource(Tiercel.ROOT.relativize(path).toString()))
                    .filter(choice::includes)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isSource(String path) {
        return !path.matches("(\\.git|\\.tiercel|\\.terraform|\\.idea)(/.*)?|(.*/)?(target|\\.terraform)(/.*)?")
                && !path.matches("CHANGELOG\\.md|LICENSE|bench/results/.*");
    }

    /** Splits Markdown into paragraphs, list items and table cells; replaces code by one word. */
    private static List<String> paragraphs(String page) {
        String text = LINK_TARGET
                .matcher(INLINE_CODE
                        .matcher(CODE_BLOCK.matcher(page).replaceAll("\n"))
                        .replaceAll("code"))
                .replaceAll("]");
        List<String> paragraphs = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String raw : (text + "\n\n").split("\n", -1)) {
            String line = raw.strip();
            boolean startsItem = LIST_ITEM.matcher(line).lookingAt();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith("|") || startsItem) {
                paragraphs.add(current.toString());
                current.setLength(0);
            }
            if (line.startsWith("|")) {
                paragraphs.addAll(Arrays.asList(line.split("\\|")));
            } else if (!line.startsWith("#")) {
                current.append(' ').append(line);
            }
        }
        paragraphs.add(current.toString());
        return paragraphs;
    }
}
