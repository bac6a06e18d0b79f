package io.tiercel.sensor.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions of a BPF object file, their stack frames and their calls. */
final class CallGraph {
    private static final int INSTRUCTION = 8;
    private static final int FRAME_POINTER = 10;
    private static final int ROUNDING = 32;
    private static final int SYMBOL_TABLE = 2;
    private static final int RELOCATIONS = 9;
    private static final int SYMBOL_IS_FUNCTION = 2;
    private static final String TEXT = ".text";

    /** A program and the functions that it calls in its deepest chain of calls. */
    record Chain(List<String> functions, int bytes, int frames) {}

    private record Section(String name, int type, int offset, int size, int link, int info) {}

    private record Symbol(String name, int type, int section, long value, long size) {}

    /** The place of a function or an instruction. */
    private record Place(int section, long offset) {}

    private record Function(String name, int frame, Set<Place> calls) {}

    private final ByteBuffer file;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final Map<Place, Integer> relocations = new HashMap<>();
    private final Map<Place, Function> functions = new HashMap<>();

    CallGraph(byte[] object) {
        file = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        readSections();
        for (Section section : sections) {
            if (section.type == SYMBOL_TABLE) {
                readSymbols(section);
            } else if (section.type == RELOCATIONS) {
                for (int at = section.offset; at < section.offset + section.size; at += 16) {
                    relocations.put(new Place(section.info, file.getLong(at)), file.getInt(at + 12));
                }
            }
        }
        for (Symbol symbol : symbols) {
            if (symbol.type == SYMBOL_IS_FUNCTION && symbol.section > 0 && symbol.section < sections.size()) {
                functions.put(new Place(symbol.section, symbol.value), function(symbol));
            }
        }
    }

    /** Returns the deepest chain of calls of each program. */
    List<Chain> deepestChains() {
        return functions.keySet().stream()
                .filter(place -> !sections.get(place.section).name.equals(TEXT))
                .map(this::deepest)
                .toList();
    }

    private Chain deepest(Place place) {
        Function function = functions.get(place);
        if (function == null) {
            return new Chain(List.of(), 0, 0);
        }
        Chain below = new Chain(List.of(), 0, 0);
        int frames = 0;
        for (Place call : function.calls) {
            Chain chain = deepest(call);
            frames = Math.max(frames, chain.frames);
            below = chain.bytes > below.bytes ? chain : below;
        }
        List<String> names = new ArrayList<>(List.of(function.name + "(" + function.frame + ")"));
        names.addAll(below.functions);
        int own = Math.ceilDiv(Math.max(function.frame, 1), ROUNDING) * ROUNDING;
        return new Chain(names, own + below.bytes, frames + 1);
    }

    private Function function(Symbol symbol) {
        int frame = 0;
        Set<Place> calls = new HashSet<>();
        Set<Integer> stackPointers = new HashSet<>();
        for (long offset = symbol.value; offset < symbol.value + symbol.size; offset += INSTRUCTION) {
            int at = sections.get(symbol.section).offset + (int) offset;
            int code = file.get(at) & 0xff;
            int target = file.get(at + 1) & 15;
            int source = file.get(at + 1) >> 4 & 15;
            int immediate = file.getInt(at + 4);
            boolean stores = (code & 7) == 2 || (code & 7) == 3;
            boolean loads = (code & 7) == 1;
            if (stores && target == FRAME_POINTER || loads && source == FRAME_POINTER) {
                frame = Math.max(frame, -file.getShort(at + 2));
            }
            if (code == 0xbf && source == FRAME_POINTER) { // copies the frame pointer
                stackPointers.add(target);
            } else if (code == 0x07 && stackPointers.remove(target)) { // adds to the copy
                frame = Math.max(frame, -immediate);
            } else if (code == 0x85 && source == 1) { // calls a function of the object
                calls.add(callee(new Place(symbol.section, offset), immediate));
            }
        }
        return new Function(symbol.name, frame, calls);
    }

    private Place callee(Place call, int immediate) {
        Integer index = relocations.get(call);
        if (index == null) {
            return new Place(call.section, call.offset + INSTRUCTION + (long) immediate * INSTRUCTION);
        }
        Symbol symbol = symbols.get(index);
        long within = symbol.type == SYMBOL_IS_FUNCTION ? 0 : (immediate + 1L) * INSTRUCTION;
        return new Place(symbol.section, symbol.value + within);
    }

    private void readSections() {
        int table = (int) file.getLong(40);
        int count = file.getShort(60);
        int names = (int) file.getLong(table + 64 * file.getShort(62) + 24);
        for (int i = 0; i < count; i++) {
            int at = table + 64 * i;
            sections.add(new Section(
                    text(names + file.getInt(at)),
                    file.getInt(at + 4),
                    (int) file.getLong(at + 24),
                    (int) file.getLong(at + 32),
                    file.getInt(at + 40),
                    file.getInt(at + 44)));
        }
    }

    private void readSymbols(Section table) {
        int names = sections.get(table.link).offset;
        for (int at = table.offset; at < table.offset + table.size; at += 24) {
            symbols.add(new Symbol(
                    text(names + file.getInt(at)),
                    file.get(at + 4) & 15,
                    file.getShort(at + 6) & 0xffff,
                    file.getLong(at + 8),
                    file.getLong(at + 16)));
        }
    }

    private String text(int at) {
        int end = at;
        while (file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), at, end - at, StandardCharsets.US_ASCII);
    }
}
