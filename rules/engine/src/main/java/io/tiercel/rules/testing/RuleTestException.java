package io.tiercel.rules.testing;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** A file of rule tests is wrong; the message says where and what would be right. */
public final class RuleTestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    RuleTestException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** A problem at a place of the file. */
    RuleTestException(String file, @Nullable Node at, String problem) {
        this(file + place(at) + ": " + problem);
    }

    /** What is wrong: {@code file:line:column: problem}; several lines if rules do not load. */
    @Override
    public String getMessage() {
        return problem;
    }

    private static String place(@Nullable Node at) {
        return at == null
                ? ""
                : at.getStartMark()
                        .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                        .orElse("");
    }
}
