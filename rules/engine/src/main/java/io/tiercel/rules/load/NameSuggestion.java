package io.tiercel.rules.load;

import java.util.Collection;
import java.util.Optional;

/** Suggests names that are similar to a misspelled name. */
public final class NameSuggestion {
    private static final int MAX_NAME = 64;
    private static final int MAX_CANDIDATES = 5_000;

    private NameSuggestion() {}

    /**
     * Returns the candidate with the smallest edit distance, if it is small for the length of the name. Prefers longer
     * candidates that start with the name.
     */
    public static Optional<String> find(String name, Collection<String> candidates) {
        if (name.length() > MAX_NAME) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, name.length() / 4) + 1;
        int count = 0;
        for (String candidate : candidates) {
            if (++count > MAX_CANDIDATES) {
                break;
            }
            if (Math.abs(candidate.length() - name.length()) <= bestDistance) {
                int distance = distance(name, candidate);
                if (distance < bestDistance || best != null && distance == bestDistance && candidate.startsWith(name)) {
                    best = candidate;
                    bestDistance = distance;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** Returns advice for a misspelled name at a position of a text: a suggestion, if there is one, and a fallback. */
    static String advice(String text, int position, Collection<String> candidates, String fallback) {
        int end = position;
        while (end < text.length() && end - position <= MAX_NAME && isNamePart(text.charAt(end))) {
            end++;
        }
        String name = text.substring(Math.min(position, end), end);
        return candidates.contains(name)
                ? fallback
                : find(name, candidates)
                        .map(similar -> "did you mean '" + similar + "'? " + fallback)
                        .orElse(fallback);
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }

    /** Returns the edit distance: inserted, removed, replaced and transposed chars. */
    private static int distance(String a, String b) {
        int[] beforePrevious = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, Math.min(previous[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforePrevious[j - 2] + 1);
                }
            }
            beforePrevious = previous;
            previous = row;
        }
        return previous[b.length()];
    }
}
