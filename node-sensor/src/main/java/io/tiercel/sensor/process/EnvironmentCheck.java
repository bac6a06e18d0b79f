package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import java.util.List;

/** Finds variables that make a program run code of the user who starts it (ld.so(8), and the manuals of interpreters). */
final class EnvironmentCheck {
    private static final List<String> LOADER = List.of("LD_PRELOAD=", "LD_AUDIT=", "LD_LIBRARY_PATH=");

    private static final List<String> INTERPRETERS = List.of(
            "BASH_ENV=",
            "ENV=",
            "PERL5OPT=",
            "PERL5LIB=",
            "PERLLIB=",
            "PYTHONPATH=",
            "PYTHONHOME=",
            "PYTHONSTARTUP=",
            "RUBYOPT=",
            "RUBYLIB=",
            "NODE_OPTIONS=");

    private EnvironmentCheck() {}

    /**
     * Returns true if the environment of a program names code to run. Also returns true if the environment was cut or could not be
     * read, since the rest may name code.
     *
     * @param r a RECORD_EXEC or RECORD_PROCESS
     * @param script true if the program is an interpreter that runs a script
     */
    static boolean loadsCode(RecordView r, boolean script) {
        if ((r.intAt(EXEC_FILE_FLAGS) & EXEC_SECURE) != 0 && !script) {
            return false; // A setuid program that its own user starts is not such a program.
        }
        String environment = r.text(1);
        if (environment == null) {
            return true;
        }
        // The kernel appends variables of the loader that do not fit, but not those of interpreters.
        boolean cut = r.kind() == RECORD_EXEC && !script
                ? (r.intAt(EXEC_FILE_FLAGS) & EXEC_ENVIRONMENT_CUT) != 0
                : environment.length() >= TEXT_LIMIT;
        return cut || sets(environment, LOADER) || script && sets(environment, INTERPRETERS);
    }

    private static boolean sets(String environment, List<String> variables) {
        int from = 0;
        while (from < environment.length()) {
            for (int i = 0; i < variables.size(); i++) {
                if (environment.startsWith(variables.get(i), from)) {
                    return true;
                }
            }
            int end = environment.indexOf(0, from);
            if (end < 0) {
                return false;
            }
            from = end + 1;
        }
        return false;
    }
}
