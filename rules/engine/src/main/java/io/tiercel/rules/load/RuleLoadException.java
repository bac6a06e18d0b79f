package io.tiercel.rules.load;

/** Stops the loading of a file at its first error. This exception never leaves the package. */
final class RuleLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    RuleLoadException(Problem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
