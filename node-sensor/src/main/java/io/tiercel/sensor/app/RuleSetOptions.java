package io.tiercel.sensor.app;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleToggle;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * The rules of a sensor and how they are evaluated, at the start and at every reload.
 *
 * @param files rule files and folders, in order
 * @param options load options
 * @param matching which of the matching rules raise an alert
 */
public record RuleSetOptions(List<Path> files, LoadOptions options, RuleMatching matching) {
    public RuleSetOptions {
        files = List.copyOf(files);
    }

    RuleFileContents read() {
        return new RuleFileContents(RuleFiles.read(files));
    }

    LoadResult load(RuleFileContents texts) {
        return new RuleLoader(options).load(texts.sources());
    }

    /** Warns of each toggle that selects no rule, such as a misspelled name. */
    void reportUnusedToggles(LoadedRules rules, StandardStreams streams) {
        for (RuleToggle toggle : options.toggles()) {
            if (rules.rules().stream().noneMatch(rule -> toggle.matches(rule.name(), new TreeSet<>(rule.tags())))) {
                String value = switch (toggle) {
                    case RuleToggle.ByName name -> name.pattern();
                    case RuleToggle.ByTag tag -> "tag:" + tag.tag();
                };
                streams.info("warning: " + (toggle.enable() ? "--enable" : "--disable") + " \"" + value
                        + "\" matches no rule; ./tiercel rules list prints names and tags");
            }
        }
    }

    RuleEngine engine(LoadedRules rules) {
        return RuleEngine.of(rules.rules(), rules.fields(), matching, options.threshold());
    }
}
