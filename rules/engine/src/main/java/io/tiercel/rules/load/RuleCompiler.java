package io.tiercel.rules.load;

import io.tiercel.rules.check.CheckedCondition;
import io.tiercel.rules.check.ConditionCheckException;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.ConditionLinter;
import io.tiercel.rules.check.ConditionWarning;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.check.OperandChecker;
import io.tiercel.rules.check.RuleEventTypes;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.load.Definitions.ListDefinition;
import io.tiercel.rules.load.Definitions.MacroDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Compiles all definitions of a rule set to rules that can be evaluated. */
final class RuleCompiler {
    private static final List<String> EVENT_NAMES =
            IntStream.range(0, EventTypes.count()).mapToObj(EventTypes::name).toList();

    private final LoadOptions options;
    private final Definitions definitions;
    private final Warnings warnings;
    private final FieldTable fields = new FieldTable();
    private final ConditionChecker checker = new ConditionChecker(fields);
    private final OutputCompiler outputs;

    RuleCompiler(LoadOptions options, Definitions definitions, Warnings warnings) {
        this.options = options;
        this.definitions = definitions;
        this.warnings = warnings;
        this.outputs = new OutputCompiler(options, fields, warnings);
    }

    /** Returns whether a text is a field with a valid argument, or a transformer of such fields. */
    static boolean isField(String text) {
        try {
            new OperandChecker(new FieldTable()).check(ConditionParser.operand(text));
            return true;
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            return false;
        }
    }

    LoadedRules compile() throws RuleLoadException {
        ListSubstitution lists = ListSubstitution.of(definitions);
        MacroExpansion macros = MacroExpansion.of(definitions, lists);
        List<Rule> rules = new ArrayList<>();
        for (RuleDefinition definition : definitions.rules()) {
            if (definition.knownSource()) {
                Rule rule = compile(definition, macros);
                if (rule != null) {
                    rules.add(rule);
                }
            }
        }
        warnUnused(lists, macros);
        return new LoadedRules(rules, fields);
    }

    private @Nullable Rule compile(RuleDefinition rule, MacroExpansion macros) throws RuleLoadException {
        SourceMappedText text =
                ExceptionExpander.expand(SourceMappedText.of(rule.condition()), rule.exceptions(), rule.position());
        Optional<OutputCompiler.Compiled> output = outputs.compile(rule);
        if (output.isEmpty()) {
            return null;
        }
        MacroExpansion.Expression condition = macros.expand(text);
        CheckedCondition checked;
        EventTypeSet types;
        try {
            checked = checker.check(condition.expr());
            types = RuleEventTypes.of(checked.expr());
        } catch (ConditionCheckException e) {
            return skipOrFail(rule, condition, macros, e);
        }
        for (ConditionWarning warning : checked.warnings()) {
            warn(warning, condition.text(), macros);
        }
        if (rule.warnEventTypes() && rule.source().equals(LoadOptions.SYSCALL) && RuleEventTypes.tooMany(types)) {
            warnings.add(
                    LoadCode.LOAD_NO_EVTTYPE,
                    rule.position(),
                    "the rule can match " + (types.isAll() ? "all event types" : types.size() + " event types")
                            + ", which slows down the processing of every event",
                    "start the condition with \"evt.type in (...) and\", or set \"warn_evttypes: false\"");
        }
        AlertSizeCheck.check(rule, output.get(), warnings);
        return new Rule(
                rule.name(),
                rule.description(),
                rule.priority(),
                rule.source(),
                List.copyOf(rule.tags()),
                enabled(rule),
                condition.expr(),
                checked.expr(),
                types,
                output.get().output(),
                output.get().extraFields(),
                rule.capture(),
                rule.captureMillis());
    }

    /** Returns null if the rule is skipped because of skip-if-unknown-filter; otherwise throws the error. */
    private @Nullable Rule skipOrFail(
            RuleDefinition rule, MacroExpansion.Expression condition, MacroExpansion macros, ConditionCheckException e)
            throws RuleLoadException {
        for (ConditionWarning warning : ConditionLinter.lint(condition.expr())) {
            if (warning.kind() != ConditionWarning.Kind.SUSPICIOUS_CONSTANT) {
                warn(warning, condition.text(), macros);
            }
        }
        SourceMappedText text = e.macro() == null ? condition.text() : macros.text(e.macro());
        SourcePosition position = text.at(e.offset());
        boolean unknown = switch (e.kind()) {
            case UNKNOWN_FIELD, UNKNOWN_EVENT_TYPE -> true;
            case UNKNOWN_PARAMETER, TYPE_MISMATCH, BAD_CONSTANT, EVENT_TYPE_COMPARISON, UNKNOWN_MACRO -> false;
        };
        if (unknown && rule.skipIfUnknownFilter()) {
            warnings.add(
                    LoadCode.LOAD_UNKNOWN_FILTER,
                    position,
                    "the rule '" + rule.name() + "' is skipped: " + e.getMessage(),
                    "skip-if-unknown-filter is set");
            return null;
        }
        String used = e.macro() == null ? "" : " (used by rule '" + rule.name() + "')";
        throw position.error(LoadCode.LOAD_ERR_COMPILE_CONDITION, e.getMessage() + used, advice(e, text));
    }

    private static String advice(ConditionCheckException e, SourceMappedText text) {
        return switch (e.kind()) {
            case UNKNOWN_FIELD ->
                NameSuggestion.advice(
                        text.text(),
                        e.offset(),
                        OutputCompiler.FIELD_NAMES,
                        "'./tiercel fields' lists all fields and their arguments");
            case UNKNOWN_EVENT_TYPE ->
                NameSuggestion.advice(
                        text.text(),
                        e.offset(),
                        EVENT_NAMES,
                        "use the name of a system call, such as openat, or of another event, such as procexit");
            case UNKNOWN_PARAMETER ->
                "write evt.arg.NAME with the name of a parameter, such as evt.arg.flags, or evt.arg[0]";
            case TYPE_MISMATCH ->
                "'./tiercel fields' shows the type of each field; use =, in, contains, startswith, glob and regex for"
                        + " text, and =, in, < and > for numbers";
            case BAD_CONSTANT ->
                "write a value of the field's type: a decimal number, true or false, an IP address, or a network"
                        + " such as 10.0.0.0/8";
            case EVENT_TYPE_COMPARISON -> "compare evt.type with names: evt.type in (open, openat)";
            case UNKNOWN_MACRO -> "define the macro";
        };
    }

    private void warn(ConditionWarning warning, SourceMappedText condition, MacroExpansion macros) {
        SourceMappedText text = warning.macro() == null ? condition : macros.text(warning.macro());
        switch (warning.kind()) {
            case SUSPICIOUS_CONSTANT ->
                warnings.add(LoadCode.LOAD_COMPILE_CONDITION, text.at(warning.offset()), warning.message(), "");
            case DEPRECATED_FIELD ->
                warnings.add(
                        LoadCode.LOAD_DEPRECATED_ITEM,
                        text.at(warning.offset()),
                        warning.message(),
                        "remove it; it has no useful value");
            case UNSAFE_NA_CHECK ->
                warnings.add(LoadCode.LOAD_UNSAFE_NA_CHECK, text.at(warning.offset()), warning.message(), "");
        }
    }

    /** Returns whether the rule is enabled. Toggles override the file, and the priority threshold overrides both. */
    private boolean enabled(RuleDefinition rule) {
        if (!rule.priority().atLeast(options.threshold())) {
            return false;
        }
        boolean enabled = rule.enabled();
        for (RuleToggle toggle : options.toggles()) {
            if (toggle.matches(rule.name(), rule.tags())) {
                enabled = toggle.enable();
            }
        }
        return enabled;
    }

    private void warnUnused(ListSubstitution lists, MacroExpansion macros) {
        for (MacroDefinition macro : definitions.macros()) {
            if (!macros.used(macro.name())) {
                warnings.add(
                        LoadCode.LOAD_UNUSED_MACRO,
                        macro.position(),
                        "unused macro",
                        "remove it, or check the spelling of its name where it should be used");
            }
        }
        for (ListDefinition list : definitions.lists()) {
            if (!lists.used(list.name())) {
                warnings.add(
                        LoadCode.LOAD_UNUSED_LIST,
                        list.position(),
                        "unused list",
                        "remove it, or check the spelling of its name where it should be used");
            }
        }
    }
}
