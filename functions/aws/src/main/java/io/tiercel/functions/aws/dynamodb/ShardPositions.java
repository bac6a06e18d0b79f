package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.operate.IncidentPages.InvalidCursor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How far a list of incidents has come in each shard of the index {@code by-last-seen}. Its text form is the cursor of the list, at most
 * 450 characters.
 */
final class ShardPositions {
    private static final byte VERSION = 1;
    private static final byte START = 0;
    private static final byte AFTER = 1;
    private static final byte END = 2;

    /** Bytes of the id of an incident, which has twice as many hexadecimal digits. */
    private static final int ID_BYTES = 12;

    private static final int MAX_CHARACTERS = 512;

    private final List<Position> positions;

    /**
     * The position in a shard.
     *
     * @param kind START, AFTER or END
     * @param last {@code last} of the incident after which the list continues
     * @param id its id; empty for another kind
     */
    private record Position(byte kind, long last, String id) {
        private static final Position AT_START = new Position(START, 0, "");
        private static final Position AT_END = new Position(END, 0, "");
    }

    private ShardPositions(List<Position> positions) {
        this.positions = positions;
    }

    /** Returns the positions of the first page. */
    static ShardPositions start() {
        return new ShardPositions(new ArrayList<>(
                IncidentTable.shards().stream().map(_ -> Position.AT_START).toList()));
    }

    /**
     * Parses a cursor.
     *
     * @throws InvalidCursor if it has another form
     */
    static ShardPositions parse(String cursor) {
        if (cursor.length() > MAX_CHARACTERS) {
            throw new InvalidCursor();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.get() != VERSION) {
                throw new InvalidCursor();
            }
            List<Position> positions = new ArrayList<>();
            for (String shard : IncidentTable.shards()) {
                positions.add(position(bytes, shard));
            }
            if (bytes.hasRemaining()) {
                throw new InvalidCursor();
            }
            return new ShardPositions(positions);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new InvalidCursor();
        }
    }

    private static Position position(ByteBuffer bytes, String shard) {
        return switch (bytes.get()) {
            case START -> Position.AT_START;
            case END -> Position.AT_END;
            case AFTER -> {
                long last = bytes.getLong();
                byte[] id = new byte[ID_BYTES];
                bytes.get(id);
                String text = HexFormat.of().formatHex(id);
                if (!text.startsWith(shard)) {
                    throw new InvalidCursor();
                }
                yield new Position(AFTER, last, text);
            }
            default -> throw new InvalidCursor();
        };
    }

    /** Returns the cursor; null if all shards are at their end. */
    @Nullable
    String cursor() {
        if (positions.stream().allMatch(position -> position.kind() == END)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(1 + positions.size() * (1 + Long.BYTES + ID_BYTES));
        bytes.put(VERSION);
        for (Position position : positions) {
            bytes.put(position.kind());
            if (position.kind() == AFTER) {
                bytes.putLong(position.last()).put(HexFormat.of().parseHex(position.id()));
            }
        }
        byte[] used = new byte[bytes.position()];
        bytes.rewind().get(used);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(used);
    }

    boolean atEnd(int shard) {
        return positions.get(shard).kind() == END;
    }

    /** Returns the key of the index after which a query of a shard continues; null for its beginning. */
    @Nullable
    Map<String, AttributeValue> startKey(int shard) {
        Position position = positions.get(shard);
        if (position.kind() != AFTER) {
            return null;
        }
        Map<String, AttributeValue> key = new HashMap<>(IncidentTable.incidentKey(position.id()));
        key.put("shard", text(IncidentTable.shards().get(shard)));
        key.put("last", number(position.last()));
        return key;
    }

    /** Moves a shard behind an item, which has the attributes of the index's key. */
    void moveAfter(int shard, Map<String, AttributeValue> item) {
        positions.set(shard, new Position(AFTER, number(item, "last"), IncidentTable.incidentId(item)));
    }

    void moveToEnd(int shard) {
        positions.set(shard, Position.AT_END);
    }
}
