package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.engine.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Falco's rule files, which are not part of this project. {@code TIERCEL_FALCO_RULES} is their directory. */
@Tag("unit")
class OfficialRulesTest {
    private static final List<String> FILES =
            List.of("falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml");

    private static List<RuleSource> sources(List<String> files) {
        String folder = System.getenv("TIERCEL_FALCO_RULES");
        if (folder == null) {
            System.out.println("skipped: set TIERCEL_FALCO_RULES to a folder with Falco's rule files to run this test");
        }
        assumeTrue(folder != null, "TIERCEL_FALCO_RULES is not set");
        return files.stream()
                .map(file -> RuleSource.read(Path.of(folder, file)))
                .toList();
    }

    @Test
    void eachFileLoadsWithoutProblems() {
        for (String file : FILES) {
            LoadResult result = new RuleLoader(LoadOptions.defaults()).load(sources(List.of(file)));
            assertEquals("", LoadReport.text(result), file);
            assertTrue(result.ok(), file);
        }
    }

    @Test
    void allLoadTogether() {
        LoadResult result = new RuleLoader(LoadOptions.defaults()).load(sources(FILES));
        assertTrue(result.ok(), () -> LoadReport.text(result));
        List<String> names = new ArrayList<>();
        for (Rule rule :
                result.rules() == null ? List.<Rule>of() : result.rules().rules()) {
            names.add(rule.name());
        }
        assertEquals(93, names.size(), names::toString);
    }
}
