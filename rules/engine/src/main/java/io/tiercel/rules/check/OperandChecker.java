package io.tiercel.rules.check;

import io.tiercel.rules.check.ConditionCheckException.Kind;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.condition.TransformerArgument;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.rules.field.FieldType;
import java.util.ArrayList;
import java.util.List;

/** Resolves and type-checks operands: fields, and transformers with their arguments. */
public final class OperandChecker {
    private final FieldResolver resolver;

    public OperandChecker(FieldTable table) {
        this.resolver = new FieldResolver(table);
    }

    /**
     * Returns the typed value source of an operand.
     *
     * @throws ConditionCheckException if a field is unknown or a transformer does not fit its arguments
     */
    public ValueSource check(Operand operand) throws ConditionCheckException {
        return switch (operand) {
            case Operand.FieldName field -> resolver.resolve(field);
            case Operand.Transformed transformed -> transformed(transformed);
        };
    }

    private ValueSource transformed(Operand.Transformed written) throws ConditionCheckException {
        List<ValueSource> arguments = new ArrayList<>();
        for (TransformerArgument argument : written.arguments()) {
            arguments.add(argument(argument, written));
        }
        String name = written.transformer();
        if (written.index() != null && !name.equals("getopt")) {
            throw mismatch(written, name + "(...) does not accept an index in brackets");
        }
        return switch (name) {
            case "tolower" -> new ValueSource.TextMapped(ValueSource.Mapping.TOLOWER, text(written, arguments));
            case "toupper" -> new ValueSource.TextMapped(ValueSource.Mapping.TOUPPER, text(written, arguments));
            case "basename" -> new ValueSource.TextMapped(ValueSource.Mapping.BASENAME, text(written, arguments));
            case "b64" -> new ValueSource.TextMapped(ValueSource.Mapping.B64, textOrBytes(written, arguments));
            case "len" -> new ValueSource.Length(measurable(written, arguments));
            case "join" -> join(written, arguments);
            case "concat" -> concat(written, arguments);
            case "getopt" -> options(written, arguments);
            default -> throw mismatch(written, "unknown transformer " + name);
        };
    }

    private ValueSource argument(TransformerArgument argument, Operand.Transformed written)
            throws ConditionCheckException {
        return switch (argument) {
            case Operand operand -> {
                ValueSource source = check(operand);
                if (source instanceof ValueSource.FieldValue field
                        && field.ref().field().is(FieldTrait.NO_TRANSFORMER)) {
                    throw mismatch(
                            written,
                            "no transformer can be applied to " + field.ref().text());
                }
                yield source;
            }
            case Literal value -> {
                if (!value.quoted()) {
                    throw mismatch(written, "a constant argument of " + written.transformer() + " must be in quotes");
                }
                yield new ValueSource.ConstantText(value.text());
            }
            case TransformerArgument.Items items -> {
                List<ValueSource> sources = new ArrayList<>();
                for (TransformerArgument item : items.items()) {
                    ValueSource source = argument(item, written);
                    if (source.list() || !isText(source.type())) {
                        throw mismatch(written, "list items in " + written.transformer() + " must be text");
                    }
                    sources.add(source);
                }
                yield new ValueSource.Items(List.copyOf(sources));
            }
        };
    }

    private static ValueSource text(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        ValueSource argument = single(written, arguments);
        if (argument.list() || !isText(argument.type())) {
            throw mismatch(written, written.transformer() + " requires text");
        }
        return argument;
    }

    private static ValueSource textOrBytes(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        ValueSource argument = single(written, arguments);
        if (argument.list() || !isText(argument.type()) && argument.type() != FieldType.BYTES) {
            throw mismatch(written, written.transformer() + " requires text or bytes");
        }
        return argument;
    }

    private static ValueSource measurable(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        ValueSource argument = single(written, arguments);
        if (!argument.list() && !isText(argument.type()) && argument.type() != FieldType.BYTES) {
            throw mismatch(written, "len requires text, bytes or a list");
        }
        return argument;
    }

    private static ValueSource single(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        ValueSource argument = arguments.getFirst();
        if (arguments.size() != 1
                || argument instanceof ValueSource.ConstantText
                || argument instanceof ValueSource.Items) {
            throw mismatch(written, written.transformer() + " requires exactly one field or transformer");
        }
        return argument;
    }

    private static ValueSource join(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        if (arguments.size() != 2
                || arguments.getFirst().list()
                || !isText(arguments.getFirst().type())
                || !isTextList(arguments.get(1))) {
            throw mismatch(written, "join requires a separator and a list of text, as in join(\",\", fd.types)");
        }
        return new ValueSource.Joined(arguments.getFirst(), arguments.get(1));
    }

    private static ValueSource concat(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        boolean texts = arguments.stream().allMatch(source -> !source.list() && isText(source.type()));
        if (arguments.size() < 2 || !texts) {
            throw mismatch(
                    written, "concat requires two or more text arguments, as in concat(proc.name, \"-\", proc.pname)");
        }
        return new ValueSource.Joined(new ValueSource.ConstantText(""), new ValueSource.Items(List.copyOf(arguments)));
    }

    private static ValueSource options(Operand.Transformed written, List<ValueSource> arguments)
            throws ConditionCheckException {
        if (arguments.size() != 2
                || !isTextList(arguments.getFirst())
                || !(arguments.get(1) instanceof ValueSource.ConstantText(String optionString))) {
            throw mismatch(
                    written, "getopt requires a list and an option string in quotes, as in getopt(list, \"ab:\")");
        }
        return new ValueSource.Options(arguments.getFirst(), optionString, written.index());
    }

    private static boolean isTextList(ValueSource source) {
        return source.list() && isText(source.type());
    }

    static boolean isText(FieldType type) {
        return type == FieldType.TEXT || type == FieldType.PATH;
    }

    private static ConditionCheckException mismatch(Operand.Transformed written, String message) {
        return new ConditionCheckException(Kind.TYPE_MISMATCH, written.offset(), message);
    }
}
