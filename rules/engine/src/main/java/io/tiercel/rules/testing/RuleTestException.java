package io.tiercel.rules.testing;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Thrown if a rule test file is invalid. The message names the location and the expected content. */
public final class RuleTestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    RuleTestException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** Creates an exception for a node of the file, or for the whole file if the node is null. */
    RuleTestException(String file, @Nullable Node at, String problem) {
        this(file + position(at) + ": " + problem);
    }

    /** Returns {@code file:line:column: problem}. The message has several lines if the rules do not load. */
    @Override
    public String getMessage() {
        return problem;
    }

    private static String position(@Nullable Node at) {
        return at == null
                ? ""
                : at.getStartMark()
                        .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                        .orElse("");
    }
}
