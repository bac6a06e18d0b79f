package io.tiercel.functions.local.terminal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out standard output, UTF-8, without automatic flushing
 * @param err standard error
 * @param interactive whether a person reads the output and can answer
 * @param color whether the output may have colors
 * @param width columns of the terminal; {@link #UNLIMITED} for other outputs
 */
public record Terminal(
        InputStream in, PrintStream out, PrintStream err, boolean interactive, boolean color, int width) {
    /** The width of a file or a pipe. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int DEFAULT_WIDTH = 80;
    private static final int MIN_WIDTH = 40;
    private static final String ESCAPE = "\u001b[";

    /** The colors and styles. */
    public enum Style {
        BOLD("1"),
        DIM("2"),
        RED("31"),
        GREEN("32"),
        YELLOW("33"),
        CYAN("36"),
        URGENT("1;31");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    /** Returns the terminal of this process. {@code NO_COLOR} and {@code COLUMNS} have their usual meaning. */
    public static Terminal system() {
        boolean interactive = System.console() != null && System.console().isTerminal();
        String noColor = System.getenv("NO_COLOR");
        boolean color = interactive && (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                interactive,
                color,
                width(System.getenv("COLUMNS"), interactive));
    }

    private static int width(@Nullable String columns, boolean interactive) {
        if (columns != null && columns.matches("[1-9][0-9]{0,4}")) {
            return Math.max(MIN_WIDTH, Integer.parseInt(columns));
        }
        return interactive ? Math.max(MIN_WIDTH, TerminalWidth.columns().orElse(DEFAULT_WIDTH)) : UNLIMITED;
    }

    /** Returns this terminal without colors. */
    public Terminal withoutColor() {
        return new Terminal(in, out, err, interactive, false, width);
    }

    /** Returns a text in a style. */
    public String styled(String text, Style style) {
        return color && !text.isEmpty() ? ESCAPE + style.code + "m" + text + ESCAPE + "0m" : text;
    }

    /** Asks a question on standard error; returns whether the person answered yes. The default is no. */
    public boolean confirm(String question) {
        err.print(question + " [y/N] ");
        err.flush();
        try {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            String answer = line == null ? "" : line.strip().toLowerCase(Locale.ROOT);
            return answer.equals("y") || answer.equals("yes");
        } catch (IOException e) {
            return false;
        }
    }
}
