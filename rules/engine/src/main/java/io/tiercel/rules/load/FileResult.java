package io.tiercel.rules.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of loading one file together with the files before it.
 *
 * @param name name of the source
 * @param error the error that stopped loading; null if there was none
 * @param warnings the first 1,000 warnings
 * @param warningsDropped number of further warnings
 */
public record FileResult(String name, @Nullable Problem error, List<Problem> warnings, int warningsDropped) {
    public FileResult {
        warnings = List.copyOf(warnings);
    }

    public boolean ok() {
        return error == null;
    }
}
