package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.ADDRESS_UNIX_PATH;

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
 * Equivalence classes of IP addresses. An address belongs to the class of the longest CIDR block in the rules that
 * contains it, or to class 0. The class therefore determines for every block in the rules whether it contains the
 * address.
 */
final class AddressClasses {
    /** The highest class numbers are reserved for address arguments that are not networks. */
    private static final int CLASS_LIMIT = ADDRESS_UNIX_PATH - 1;

    private final List<CidrBlock> blocks;

    /** Creates a class for each block that the checks name, and one for all other IPv4 addresses. */
    AddressClasses(Set<CheckedExpr> checks) {
        List<CidrBlock> found = new ArrayList<>();
        for (CheckedExpr check : checks) {
            found.addAll(serverBlocks(check));
            for (CidrBlock block : argumentBlocks(check)) {
                found.add(block);
            }
        }
        List<CidrBlock> supported = new ArrayList<>(found.stream()
                .filter(CidrBlock::isSupported)
                .distinct()
                .limit(CLASS_LIMIT - 1L)
                .toList());
        supported.remove(CidrBlock.IPV4);
        supported.add(CidrBlock.IPV4);
        supported.sort(Comparator.comparingInt(CidrBlock::prefixLength).reversed());
        blocks = List.copyOf(supported);
    }

    /** Returns the blocks in the order of their classes, starting with class 1. */
    List<CidrBlock> blocks() {
        return blocks;
    }

    /** Evaluates a check of the server address for all addresses of a class. */
    Tristate evaluateServerAddress(int addressClass, CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists(ValueSource source) when isServerAddress(source) -> Tristate.TRUE;
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant _)
            when isServerAddress(source) -> {
                Tristate inBlock = isInBlocks(addressClass, serverBlocks(check));
                yield operator == Operator.EQUAL
                        ? inBlock
                        : operator == Operator.NOT_EQUAL ? inBlock.negated() : Tristate.UNKNOWN;
            }
            case CheckedExpr.Member member
            when isServerAddress(member.source()) -> isInBlocks(addressClass, serverBlocks(check));
            default -> Tristate.UNKNOWN;
        };
    }

    /**
     * Evaluates a check of the syscall's address argument for all arguments of a class. The class {@code ADDRESS_UNIX_PATH}
     * stands for socket paths.
     */
    Tristate evaluateAddressArgument(int addressClass, CheckedExpr check) {
        if (requiresPath(check)) {
            return addressClass <= blocks.size() ? Tristate.FALSE : Tristate.UNKNOWN;
        }
        List<CidrBlock> blocksOfCheck = argumentBlocks(check);
        if (blocksOfCheck.isEmpty() || addressClass > blocks.size() && addressClass != ADDRESS_UNIX_PATH) {
            return Tristate.UNKNOWN;
        }
        if (addressClass == ADDRESS_UNIX_PATH) {
            return Tristate.FALSE;
        }
        boolean ipv4 = addressClass > 0 && CidrBlock.IPV4.covers(blocks.get(addressClass - 1));
        for (CidrBlock block : blocksOfCheck) {
            boolean blockIsIpv4 = CidrBlock.IPV4.covers(block);
            // After its prefix, the text of an IPv6 address continues with more groups or with the port, so a prefix
            // can match.
            if (blockIsIpv4 ? ipv4 && isInBlocks(addressClass, List.of(block)) != Tristate.FALSE : !ipv4) {
                return Tristate.UNKNOWN;
            }
        }
        return Tristate.FALSE;
    }

    private Tristate isInBlocks(int addressClass, List<CidrBlock> blocksOfCheck) {
        Tristate result = Tristate.FALSE;
        for (CidrBlock block : blocksOfCheck) {
            Tristate inBlock = isInBlock(addressClass, block);
            if (inBlock == Tristate.TRUE) {
                return inBlock;
            }
            result = inBlock == Tristate.UNKNOWN ? inBlock : result;
        }
        return result;
    }

    private Tristate isInBlock(int addressClass, CidrBlock block) {
        if (!block.isSupported()) {
            return Tristate.UNKNOWN;
        }
        if (addressClass > 0 && block.covers(blocks.get(addressClass - 1))) {
            return Tristate.TRUE;
        }
        return blocks.contains(block) ? Tristate.FALSE : Tristate.UNKNOWN;
    }

    /**
     * Returns the blocks that a check compares the server address with, or an empty list if it checks something else.
     */
    private static List<CidrBlock> serverBlocks(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator _, Constant constant)
            when isServerAddress(source) -> blocks(List.of(constant));
            case CheckedExpr.Member member
            when isServerAddress(member.source()) -> blocks(member.set().constants());
            default -> List.of();
        };
    }

    /**
     * Returns the blocks whose text the address argument must start with, or an empty list if the check does not
     * require that.
     */
    private static List<CidrBlock> argumentBlocks(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant)
            when isArgumentPrefix(source, operator) -> blocksOfPrefixes(List.of(constant));
            case CheckedExpr.Quantified(
                    ValueSource source,
                    Operator operator,
                    Modifier modifier,
                    List<Constant> constants)
            when isArgumentPrefix(source, operator) && modifier == Modifier.ANYOF -> blocksOfPrefixes(constants);
            default -> List.of();
        };
    }

    /** Returns true if the check requires a slash in the address argument. IP addresses never contain one. */
    private static boolean requiresPath(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant) ->
                isAddressArgument(source) && isSubstringOperator(operator) && containsSlash(constant);
            case CheckedExpr.Member member ->
                isAddressArgument(member.source())
                        && member.set().constants().stream().allMatch(AddressClasses::containsSlash);
            case CheckedExpr.Quantified(ValueSource source, Operator operator, Modifier _, List<Constant> constants) ->
                isAddressArgument(source)
                        && isSubstringOperator(operator)
                        && constants.stream().allMatch(AddressClasses::containsSlash);
            default -> false;
        };
    }

    private static boolean isSubstringOperator(Operator operator) {
        return switch (operator) {
            case EQUAL, CONTAINS, STARTSWITH, ENDSWITH -> true;
            default -> false;
        };
    }

    private static boolean containsSlash(Constant constant) {
        return constant instanceof Constant.Text(String text) && text.contains("/");
    }

    private static List<CidrBlock> blocksOfPrefixes(List<Constant> constants) {
        List<CidrBlock> blocks = new ArrayList<>();
        for (Constant constant : constants) {
            CidrBlock block = constant instanceof Constant.Text(String text) ? blockOfPrefix(text) : null;
            if (block == null) {
                return List.of();
            }
            blocks.add(block);
        }
        return blocks;
    }

    private static @Nullable CidrBlock blockOfPrefix(String text) {
        InetAddress address = text.endsWith(":") ? IpAddressParser.parse(text.substring(0, text.length() - 1)) : null;
        return address == null ? null : CidrBlock.of(address);
    }

    private static List<CidrBlock> blocks(List<Constant> constants) {
        List<CidrBlock> blocks = new ArrayList<>();
        for (Constant constant : constants) {
            switch (constant) {
                case Constant.Address(InetAddress address) -> blocks.add(CidrBlock.of(address));
                case Constant.Network(var network) -> blocks.add(CidrBlock.of(network));
                case Constant.Text _, Constant.Numeric _, Constant.GlobPattern _, Constant.Regex _ -> {}
            }
        }
        return blocks;
    }

    private static boolean isServerAddress(ValueSource source) {
        return source instanceof ValueSource.FieldValue field
                && (field.ref().field() == Field.FD_SIP || field.ref().field() == Field.FD_SNET);
    }

    private static boolean isArgumentPrefix(ValueSource source, Operator operator) {
        return operator == Operator.STARTSWITH && isAddressArgument(source);
    }

    private static boolean isAddressArgument(ValueSource source) {
        return source instanceof ValueSource.FieldValue field
                && field.ref().field() == Field.EVT_ARG
                && "addr".equals(field.ref().key());
    }
}
