package io.tiercel.release;

import java.util.List;

/** Writes a man page in roff, with the macros of man(7). Text is escaped. */
final class Roff {
    private static final String PARAGRAPH = ".PP\n";

    private final StringBuilder page = new StringBuilder();

    /** The text that separates the next paragraph: none after a heading. */
    private String separator = "";

    /**
     * Begins a page.
     *
     * @param section such as 1 for commands
     * @param date of the release, as YYYY-MM-DD
     */
    Roff(String title, int section, String date, String source) {
        page.append(".TH \"%s\" \"%d\" \"%s\" \"%s\"\n".formatted(escaped(title), section, date, escaped(source)));
    }

    Roff section(String name) {
        page.append(".SH \"").append(escaped(name)).append("\"\n");
        separator = "";
        return this;
    }

    Roff subsection(String name) {
        page.append(".SS \"").append(escaped(name)).append("\"\n");
        separator = "";
        return this;
    }

    Roff paragraph(String text) {
        page.append(separator).append(line(text));
        separator = PARAGRAPH;
        return this;
    }

    /** Adds a term in bold with its description. */
    Roff item(String term, String text) {
        page.append(".TP\n\\fB").append(escaped(term)).append("\\fR\n").append(line(text));
        separator = PARAGRAPH;
        return this;
    }

    /** Adds lines whose spaces and breaks stay. */
    Roff literal(List<String> lines) {
        page.append(separator).append(".nf\n");
        lines.forEach(each -> page.append(line(each)));
        page.append(".fi\n");
        separator = PARAGRAPH;
        return this;
    }

    @Override
    public String toString() {
        return page.toString();
    }

    /** A line that begins with a period or an apostrophe would be a request. */
    private static String line(String text) {
        String escaped = escaped(text.strip().replaceAll("\\s+", " "));
        return (escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "") + escaped + "\n";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
    }
}
