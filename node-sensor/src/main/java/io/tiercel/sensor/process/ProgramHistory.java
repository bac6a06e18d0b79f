package io.tiercel.sensor.process;

import java.util.ArrayList;
import java.util.List;

/**
 * The programs that led to a process: what it ran before, what the process that forked it ran, and so on. A process that forks
 * twice loses its parent, but not this history.
 *
 * <p>A history is a text of at most {@value #MAX_NAMES} names, nearest first, with a NUL byte between two. Processes that did not
 * execute a program since they were forked share it. Names are those since the exec: a later change of the name does not count.
 */
final class ProgramHistory {
    /** Older programs are dropped. A name has at most 15 bytes. */
    static final int MAX_NAMES = 8;

    static final String EMPTY = "";
    private static final char SEPARATOR = 0;

    private ProgramHistory() {}

    /** Returns the history of a process that executes another program. A program that executes itself adds nothing. */
    static String add(String history, String name) {
        if (name.isEmpty() || history.equals(name) || history.startsWith(name + SEPARATOR)) {
            return history;
        }
        String all = history.isEmpty() ? name : name + SEPARATOR + history;
        int end = -1;
        for (int i = 0; i < MAX_NAMES; i++) {
            end = all.indexOf(SEPARATOR, end + 1);
            if (end < 0) {
                return all;
            }
        }
        return all.substring(0, end);
    }

    /** Returns the names, nearest first. */
    static List<String> names(String history) {
        List<String> names = new ArrayList<>(MAX_NAMES);
        int from = 0;
        for (int to = history.indexOf(SEPARATOR); to >= 0; to = history.indexOf(SEPARATOR, from)) {
            names.add(history.substring(from, to));
            from = to + 1;
        }
        if (from < history.length()) {
            names.add(history.substring(from));
        }
        return names;
    }
}
