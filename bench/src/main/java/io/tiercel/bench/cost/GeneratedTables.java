package io.tiercel.bench.cost;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tables in a page of the documentation that a program writes, between {@code <!-- table NAME -->} and {@code <!-- end -->}. */
public final class GeneratedTables {
    private static final Pattern TABLE =
            Pattern.compile("(<!-- table ([a-z-]+) -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);

    private GeneratedTables() {}

    /** Returns the page with new tables. */
    public static String replace(String page, Map<String, String> tables) {
        return TABLE.matcher(page)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1)
                        + "\n"
                        + Objects.requireNonNull(tables.get(found.group(2)), found.group(2))
                        + "\n"
                        + found.group(4)));
    }

    /** Returns the tables of a page by name. */
    public static Map<String, String> read(String page) {
        Map<String, String> tables = new LinkedHashMap<>();
        Matcher matcher = TABLE.matcher(page);
        while (matcher.find()) {
            tables.put(matcher.group(2), matcher.group(3).strip() + "\n");
        }
        return tables;
    }
}
