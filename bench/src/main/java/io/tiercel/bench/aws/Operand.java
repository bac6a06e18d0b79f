package io.tiercel.bench.aws;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A value in an expression: an attribute, a value of the request, or a function of them. Paths into documents are not supported. */
@FunctionalInterface
interface Operand {
    /** Returns the value; null if the attribute does not exist. */
    @Nullable
    AttributeValue of(Scope scope);

    /** Parses one operand without arithmetic. */
    static Operand parse(Tokens tokens) {
        String token = tokens.next();
        if (token.startsWith(":")) {
            return scope -> scope.value(token);
        }
        if (!tokens.peek().equals("(")) {
            return scope -> scope.read(token);
        }
        tokens.require("(");
        Operand result = switch (token) {
            case "if_not_exists" -> {
                String attribute = tokens.next();
                tokens.require(",");
                Operand otherwise = parse(tokens);
                yield scope -> {
                    AttributeValue stored = scope.read(attribute);
                    return stored == null ? otherwise.of(scope) : stored;
                };
            }
            case "size" -> {
                String attribute = tokens.next();
                yield scope -> {
                    AttributeValue stored = scope.read(attribute);
                    return stored == null ? null : AttributeValue.fromN(Integer.toString(size(stored)));
                };
            }
            default -> throw new IllegalArgumentException("the function " + token + " is not supported");
        };
        tokens.require(")");
        return result;
    }

    private static int size(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s().length();
            case SS -> value.ss().size();
            case L -> value.l().size();
            case M -> value.m().size();
            default -> throw new IllegalArgumentException("the size of " + value.type() + " is not supported");
        };
    }

    /** Compares two values of the same type, a number or a text. */
    static int compare(AttributeValue left, AttributeValue right) {
        if (left.type() != right.type()) {
            throw new IllegalArgumentException("values of different types are not comparable");
        }
        return switch (left.type()) {
            case N -> number(left).compareTo(number(right));
            case S -> left.s().compareTo(right.s());
            default -> throw new IllegalArgumentException(left.type() + " is not comparable");
        };
    }

    static BigDecimal number(AttributeValue value) {
        return new BigDecimal(value.n());
    }

    static boolean equal(AttributeValue left, AttributeValue right) {
        return left.type() == AttributeValue.Type.N && right.type() == AttributeValue.Type.N
                ? number(left).compareTo(number(right)) == 0
                : left.equals(right);
    }
}
