package io.tiercel.rules.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What loading one file gave, seen together with the files before it.
 *
 * @param name name of the source
 * @param error the error at which reading stopped; null if there was none
 * @param warnings at most 1,000
 * @param warningsDropped how many more there were
 */
public record FileResult(String name, @Nullable Problem error, List<Problem> warnings, int warningsDropped) {
    public FileResult {
        warnings = List.copyOf(warnings);
    }

    public boolean ok() {
        return error == null;
    }
}
