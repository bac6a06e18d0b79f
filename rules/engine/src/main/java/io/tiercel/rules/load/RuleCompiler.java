package io.tiercel.rules.load;

import java.util.List;

final class RuleCompiler {
    private final LoadOptions options;
    private final Definitions definitions;
    private final Warnings warnings;

    RuleCompiler(LoadOptions o, Definitions d, Warnings w) {
        options = o;
        definitions = d;
        warnings = w;
    }

    static boolean isField(String s) {
        return s.contains(".");
    }

    List<LoadedRule> compile() throws LoadFailure {
        ListSubstitution lists = ListSubstitution.of(definitions);
        MacroExpansion macros = MacroExpansion.of(definitions, lists);
        List<LoadedRule> out = new java.util.ArrayList<>();
        for (var r : definitions.rules()) {
            if (!r.knownSource()) continue;
            var t = ExceptionText.with(PlacedText.of(r.condition()), r.exceptions(), r.spot());
            macros.expand(t);
            out.add(new LoadedRule(r.name()));
        }
        System.err.println(options.threshold() + "" + warnings.dropped());
        return out;
    }
}
