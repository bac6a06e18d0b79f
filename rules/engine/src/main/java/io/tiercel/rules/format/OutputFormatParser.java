package io.tiercel.rules.format;

import io.tiercel.rules.check.ConditionCheckException;
import io.tiercel.rules.check.FieldResolver;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.check.OperandChecker;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Parses output formats.
 *
 * <p>A token is the longest text after a percent sign that is a field or an applied transformer. The following text is
 * literal. As in Falco, a format cannot print a percent sign.
 */
public final class OutputFormatParser {
    private static final int WIDTH_DIGITS = 4;

    private final FieldResolver resolver;
    private final OperandChecker operands;

    public OutputFormatParser(FieldTable table) {
        this.resolver = new FieldResolver(table);
        this.operands = new OperandChecker(table);
    }

    /**
     * Parses a format. A leading star makes it lenient.
     *
     * @throws OutputFormatException if the format is empty, or if no token follows a percent sign
     */
    public OutputFormat parse(String format) throws OutputFormatException {
        if (format.isEmpty()) {
            throw new OutputFormatException(0, false, "the output is empty");
        }
        boolean lenient = format.startsWith("*");
        String text = lenient ? format.substring(1) : format;
        List<OutputFormat.Part> parts = new ArrayList<>();
        SortedMap<String, ValueSource.FieldValue> fields = new TreeMap<>();
        int at = 0;
        while (at < text.length()) {
            int percent = text.indexOf('%', at);
            if (percent < 0) {
                percent = text.length();
            }
            if (percent > at) {
                parts.add(new OutputFormat.Part.LiteralText(text.substring(at, percent)));
            }
            at = percent < text.length() ? token(text, percent, parts, fields) : percent;
        }
        return new OutputFormat(text, lenient, parts, fields);
    }

    private int token(
            String text, int percent, List<OutputFormat.Part> parts, SortedMap<String, ValueSource.FieldValue> fields)
            throws OutputFormatException {
        int at = percent + 1;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == text.length()) {
            throw new OutputFormatException(percent, false, "a field must follow the last %; % cannot be escaped");
        }
        if (at - percent - 1 > WIDTH_DIGITS) {
            throw new OutputFormatException(
                    percent, false, "the width is too large; the maximum is " + WIDTH_DIGITS + " digits");
        }
        int width = at == percent + 1 ? 0 : Integer.parseInt(text.substring(percent + 1, at));
        Token token = transformer(text, at);
        if (token == null) {
            token = field(text, at);
        }
        if (token == null) {
            throw new OutputFormatException(
                    percent, true, "no field or transformer follows this %; % cannot be escaped");
        }
        if (token.source instanceof ValueSource.FieldValue field && isOwnPid(field)) {
            // As in Falco, proc.apid without an index prints the pid of the process itself.
            ValueSource.FieldValue pid = Objects.requireNonNull(resolved(Field.PROC_PID.fieldName(), null));
            parts.add(new OutputFormat.Part.Token(pid, width));
            fields.putIfAbsent(field.ref().text(), pid);
        } else {
            parts.add(new OutputFormat.Part.Token(token.source, width));
            addFields(token.source, fields);
        }
        return token.end;
    }

    private @Nullable Token transformer(String text, int at) throws OutputFormatException {
        try {
            ConditionParser.Prefix prefix = ConditionParser.transformerAt(text, at);
            return prefix == null ? null : new Token(operands.check(prefix.operand()), prefix.end());
        } catch (ConditionSyntaxException e) {
            throw new OutputFormatException(e.offset(), true, String.valueOf(e.getMessage()));
        } catch (ConditionCheckException e) {
            throw new OutputFormatException(e.offset(), true, e.getMessage());
        }
    }

    /**
     * Finds the longest field at a position, first with an argument in brackets, then with shorter and shorter names.
     */
    private @Nullable Token field(String text, int at) {
        int end = at;
        while (end < text.length() && isNameChar(text.charAt(end))) {
            end++;
        }
        int close = end < text.length() && text.charAt(end) == '[' ? text.indexOf(']', end) : -1;
        if (close > 0) {
            String argument = text.substring(end + 1, close);
            boolean quoted = argument.length() > 1
                    && (argument.charAt(0) == '"' || argument.charAt(0) == '\'')
                    && argument.charAt(argument.length() - 1) == argument.charAt(0);
            String bare = quoted ? argument.substring(1, argument.length() - 1) : argument;
            ValueSource.FieldValue field = bare.isEmpty() ? null : resolved(text.substring(at, end), bare);
            if (field != null) {
                return new Token(field, close + 1);
            }
        }
        for (int stop = end; stop > at; stop--) {
            ValueSource.FieldValue field = resolved(text.substring(at, stop), null);
            if (field != null) {
                return new Token(field, stop);
            }
        }
        return null;
    }

    private ValueSource.@Nullable FieldValue resolved(String name, @Nullable String argument) {
        if (name.indexOf('.') < 0) {
            return null;
        }
        try {
            ValueSource.FieldValue field = resolver.resolve(new Operand.FieldName(name, argument, 0));
            return field.ref().field().is(FieldTrait.FILTER_ONLY) ? null : field;
        } catch (ConditionCheckException e) {
            return null;
        }
    }

    private static boolean isNameChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.';
    }

    private static void addFields(ValueSource source, SortedMap<String, ValueSource.FieldValue> fields) {
        switch (source) {
            case ValueSource.FieldValue field -> fields.putIfAbsent(field.ref().text(), field);
            case ValueSource.ConstantText _ -> {}
            case ValueSource.Items items -> items.items().forEach(item -> addFields(item, fields));
            case ValueSource.TextMapped mapped -> addFields(mapped.argument(), fields);
            case ValueSource.Length length -> addFields(length.argument(), fields);
            case ValueSource.Joined joined -> {
                addFields(joined.separator(), fields);
                addFields(joined.parts(), fields);
            }
            case ValueSource.Options options -> addFields(options.arguments(), fields);
        }
    }

    private static boolean isOwnPid(ValueSource.FieldValue field) {
        return field.ref().field() == Field.PROC_APID && field.ref().ancestors();
    }

    private record Token(ValueSource source, int end) {}
}
