package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.capture.RecordLayout.ADDRESS_PATH;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Classes of IP addresses: an address is in that of the longest network that rules name and that holds it, or in class 0.
 * That tells of every named network whether it holds the address.
 */
final class AddressClasses {
    /** Classes end before those that are no networks. */
    private static final int LIMIT = ADDRESS_PATH - 1;

    private final List<Block> blocks;

    /** Classes for what these checks name, and one for all other IPv4 addresses. */
    AddressClasses(Set<CheckedExpr> checks) {
        List<Block> found = new ArrayList<>();
        for (CheckedExpr check : checks) {
            found.addAll(ofServer(check));
            for (Block passed : passed(check)) {
                found.add(passed);
            }
        }
        List<Block> usable = new ArrayList<>(
                found.stream().filter(Block::plain).distinct().limit(LIMIT - 1L).toList());
        usable.remove(Block.IPV4);
        usable.add(Block.IPV4);
        usable.sort(Comparator.comparingInt(Block::length).reversed());
        blocks = List.copyOf(usable);
    }

    /** In the order of their classes, from class 1. */
    List<Block> blocks() {
        return blocks;
    }

    /** Whether a check of the server's address holds for the addresses of a class. */
    Truth ofServer(int addressClass, CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists(ValueSource source) when server(source) -> Truth.YES;
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant _)
            when server(source) -> {
                Truth inside = inside(addressClass, ofServer(check));
                yield operator == Operator.EQUAL
                        ? inside
                        : operator == Operator.NOT_EQUAL ? inside.negated() : Truth.MAYBE;
            }
            case CheckedExpr.Member member when server(member.source()) -> inside(addressClass, ofServer(check));
            default -> Truth.MAYBE;
        };
    }

    /** Whether a check of the address as passed holds for those of a class; {@code ADDRESS_PATH} is a path. */
    Truth ofPassed(int addressClass, CheckedExpr check) {
        if (asksForPath(check)) {
            return addressClass <= blocks.size() ? Truth.NO : Truth.MAYBE;
        }
        List<Block> asked = passed(check);
        if (asked.isEmpty() || addressClass > blocks.size() && addressClass != ADDRESS_PATH) {
            return Truth.MAYBE;
        }
        if (addressClass == ADDRESS_PATH) {
            return Truth.NO;
        }
        boolean four = addressClass > 0 && Block.IPV4.covers(blocks.get(addressClass - 1));
        for (Block block : asked) {
            boolean blockIsFour = Block.IPV4.covers(block);
            // The text of an IPv6 address goes on with a colon and more of it, or with one and the port.
            if (blockIsFour ? four && inside(addressClass, List.of(block)) != Truth.NO : !four) {
                return Truth.MAYBE;
            }
        }
        return Truth.NO;
    }

    private Truth inside(int addressClass, List<Block> asked) {
        Truth truth = Truth.NO;
        for (Block block : asked) {
            Truth one = inside(addressClass, block);
            if (one == Truth.YES) {
                return one;
            }
            truth = one == Truth.MAYBE ? one : truth;
        }
        return truth;
    }

    private Truth inside(int addressClass, Block block) {
        if (!block.plain()) {
            return Truth.MAYBE;
        }
        if (addressClass > 0 && block.covers(blocks.get(addressClass - 1))) {
            return Truth.YES;
        }
        return blocks.contains(block) ? Truth.NO : Truth.MAYBE;
    }

    /** What a check of the server's address compares it with; none if it is no such check. */
    private static List<Block> ofServer(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator _, Constant constant)
            when server(source) -> blocks(List.of(constant));
            case CheckedExpr.Member member
            when server(member.source()) -> blocks(member.set().constants());
            default -> List.of();
        };
    }

    /** The addresses with one of which an address as passed must begin; none if that is not what a check asks. */
    private static List<Block> passed(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant)
            when passed(source, operator) -> begun(List.of(constant));
            case CheckedExpr.Quantified(
                    ValueSource source,
                    Operator operator,
                    Modifier modifier,
                    List<Constant> constants)
            when passed(source, operator) && modifier == Modifier.ANYOF -> begun(constants);
            default -> List.of();
        };
    }

    /** Whether an address as passed must have a slash in it, which no IP address has. */
    private static boolean asksForPath(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant) ->
                addressAsPassed(source) && positive(operator) && slashed(constant);
            case CheckedExpr.Member member ->
                addressAsPassed(member.source())
                        && member.set().constants().stream().allMatch(AddressClasses::slashed);
            case CheckedExpr.Quantified(ValueSource source, Operator operator, Modifier _, List<Constant> constants) ->
                addressAsPassed(source)
                        && positive(operator)
                        && constants.stream().allMatch(AddressClasses::slashed);
            default -> false;
        };
    }

    private static boolean positive(Operator operator) {
        return switch (operator) {
            case EQUAL, CONTAINS, STARTSWITH, ENDSWITH -> true;
            default -> false;
        };
    }

    private static boolean slashed(Constant constant) {
        return constant instanceof Constant.Text(String text) && text.contains("/");
    }

    private static List<Block> begun(List<Constant> constants) {
        List<Block> blocks = new ArrayList<>();
        for (Constant constant : constants) {
            Block block = constant instanceof Constant.Text(String text) ? begun(text) : null;
            if (block == null) {
                return List.of();
            }
            blocks.add(block);
        }
        return blocks;
    }

    private static @Nullable Block begun(String text) {
        InetAddress address = text.endsWith(":") ? IpAddressParser.parse(text.substring(0, text.length() - 1)) : null;
        return address == null ? null : Block.of(address);
    }

    private static List<Block> blocks(List<Constant> constants) {
        List<Block> blocks = new ArrayList<>();
        for (Constant constant : constants) {
            switch (constant) {
                case Constant.Address(InetAddress address) -> blocks.add(Block.of(address));
                case Constant.Cidr(var network) -> blocks.add(Block.of(network));
                case Constant.Text _, Constant.Numeric _, Constant.GlobPattern _, Constant.Regex _ -> {}
            }
        }
        return blocks;
    }

    private static boolean server(ValueSource source) {
        return source instanceof ValueSource.FieldValue field
                && (field.ref().field() == Field.FD_SIP || field.ref().field() == Field.FD_SNET);
    }

    private static boolean passed(ValueSource source, Operator operator) {
        return operator == Operator.STARTSWITH && addressAsPassed(source);
    }

    private static boolean addressAsPassed(ValueSource source) {
        return source instanceof ValueSource.FieldValue field
                && field.ref().field() == Field.EVT_ARG
                && "addr".equals(field.ref().key());
    }
}
