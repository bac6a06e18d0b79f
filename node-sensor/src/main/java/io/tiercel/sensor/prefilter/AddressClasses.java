package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.ADDRESS_PATH;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.match.Addresses;
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

    private final List<CidrBlock> blocks;

    /** Classes for what these checks name, and one for all other IPv4 addresses. */
    AddressClasses(Set<CheckedExpr> checks) {
        List<CidrBlock> found = new ArrayList<>();
        for (CheckedExpr check : checks) {
            found.addAll(ofServer(check));
            for (CidrBlock passed : passed(check)) {
                found.add(passed);
            }
        }
        List<CidrBlock> usable = new ArrayList<>(found.stream()
                .filter(CidrBlock::plain)
                .distinct()
                .limit(LIMIT - 1L)
                .toList());
        usable.remove(CidrBlock.IPV4);
        usable.add(CidrBlock.IPV4);
        usable.sort(Comparator.comparingInt(CidrBlock::length).reversed());
        blocks = List.copyOf(usable);
    }

    /** In the order of their classes, from class 1. */
    List<CidrBlock> blocks() {
        return blocks;
    }

    /** Whether a check of the server's address holds for the addresses of a class. */
    Tristate ofServer(int addressClass, CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists(Source source) when server(source) -> Tristate.YES;
            case CheckedExpr.Compare(Source source, Operator operator, Constant _)
            when server(source) -> {
                Tristate inside = inside(addressClass, ofServer(check));
                yield operator == Operator.EQUAL
                        ? inside
                        : operator == Operator.NOT_EQUAL ? inside.negated() : Tristate.MAYBE;
            }
            case CheckedExpr.Member member when server(member.source()) -> inside(addressClass, ofServer(check));
            default -> Tristate.MAYBE;
        };
    }

    /** Whether a check of the address as passed holds for those of a class; {@code ADDRESS_PATH} is a path. */
    Tristate ofPassed(int addressClass, CheckedExpr check) {
        if (asksForPath(check)) {
            return addressClass <= blocks.size() ? Tristate.NO : Tristate.MAYBE;
        }
        List<CidrBlock> asked = passed(check);
        if (asked.isEmpty() || addressClass > blocks.size() && addressClass != ADDRESS_PATH) {
            return Tristate.MAYBE;
        }
        if (addressClass == ADDRESS_PATH) {
            return Tristate.NO;
        }
        boolean four = addressClass > 0 && CidrBlock.IPV4.covers(blocks.get(addressClass - 1));
        for (CidrBlock block : asked) {
            boolean blockIsFour = CidrBlock.IPV4.covers(block);
            // The text of an IPv6 address goes on with a colon and more of it, or with one and the port.
            if (blockIsFour ? four && inside(addressClass, List.of(block)) != Tristate.NO : !four) {
                return Tristate.MAYBE;
            }
        }
        return Tristate.NO;
    }

    private Tristate inside(int addressClass, List<CidrBlock> asked) {
        Tristate truth = Tristate.NO;
        for (CidrBlock block : asked) {
            Tristate one = inside(addressClass, block);
            if (one == Tristate.YES) {
                return one;
            }
            truth = one == Tristate.MAYBE ? one : truth;
        }
        return truth;
    }

    private Tristate inside(int addressClass, CidrBlock block) {
        if (!block.plain()) {
            return Tristate.MAYBE;
        }
        if (addressClass > 0 && block.covers(blocks.get(addressClass - 1))) {
            return Tristate.YES;
        }
        return blocks.contains(block) ? Tristate.NO : Tristate.MAYBE;
    }

    /** What a check of the server's address compares it with; none if it is no such check. */
    private static List<CidrBlock> ofServer(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator _, Constant constant)
            when server(source) -> blocks(List.of(constant));
            case CheckedExpr.Member member
            when server(member.source()) -> blocks(member.set().constants());
            default -> List.of();
        };
    }

    /** The addresses with one of which an address as passed must begin; none if that is not what a check asks. */
    private static List<CidrBlock> passed(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator operator, Constant constant)
            when passed(source, operator) -> begun(List.of(constant));
            case CheckedExpr.Quantified(Source source, Operator operator, Modifier modifier, List<Constant> constants)
            when passed(source, operator) && modifier == Modifier.ANYOF -> begun(constants);
            default -> List.of();
        };
    }

    /** Whether an address as passed must have a slash in it, which no IP address has. */
    private static boolean asksForPath(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator operator, Constant constant) ->
                addressAsPassed(source) && positive(operator) && slashed(constant);
            case CheckedExpr.Member member ->
                addressAsPassed(member.source())
                        && member.set().constants().stream().allMatch(AddressClasses::slashed);
            case CheckedExpr.Quantified(Source source, Operator operator, Modifier _, List<Constant> constants) ->
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

    private static List<CidrBlock> begun(List<Constant> constants) {
        List<CidrBlock> blocks = new ArrayList<>();
        for (Constant constant : constants) {
            CidrBlock block = constant instanceof Constant.Text(String text) ? begun(text) : null;
            if (block == null) {
                return List.of();
            }
            blocks.add(block);
        }
        return blocks;
    }

    private static @Nullable CidrBlock begun(String text) {
        InetAddress address = text.endsWith(":") ? Addresses.parse(text.substring(0, text.length() - 1)) : null;
        return address == null ? null : CidrBlock.of(address);
    }

    private static List<CidrBlock> blocks(List<Constant> constants) {
        List<CidrBlock> blocks = new ArrayList<>();
        for (Constant constant : constants) {
            switch (constant) {
                case Constant.Address(InetAddress address) -> blocks.add(CidrBlock.of(address));
                case Constant.Block(var network) -> blocks.add(CidrBlock.of(network));
                case Constant.Text _, Constant.Number _, Constant.Pattern _, Constant.Regex _ -> {}
            }
        }
        return blocks;
    }

    private static boolean server(Source source) {
        return source instanceof Source.FieldValue field
                && (field.ref().field() == Field.FD_SIP || field.ref().field() == Field.FD_SNET);
    }

    private static boolean passed(Source source, Operator operator) {
        return operator == Operator.STARTSWITH && addressAsPassed(source);
    }

    private static boolean addressAsPassed(Source source) {
        return source instanceof Source.FieldValue field
                && field.ref().field() == Field.EVT_ARG
                && "addr".equals(field.ref().key());
    }
}
