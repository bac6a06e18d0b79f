package io.tiercel.rules.event;

import io.tiercel.rules.field.FieldType;

/** Storage type of an event parameter, which determines how {@code evt.rawarg} is compared. */
public enum ParameterType {
    INT16(FieldType.INT64),
    INT32(FieldType.INT64),
    INT64(FieldType.INT64),
    UINT8(FieldType.UINT64),
    UINT16(FieldType.UINT64),
    UINT32(FieldType.UINT32),
    UINT64(FieldType.UINT64),
    ERRNO(FieldType.INT64),
    FD(FieldType.INT64),
    PID(FieldType.INT64),
    UID(FieldType.UINT32),
    GID(FieldType.UINT32),
    MODE(FieldType.UINT32),
    FLAGS8(FieldType.UINT32),
    FLAGS16(FieldType.UINT32),
    FLAGS32(FieldType.UINT32),
    ENUMFLAGS8(FieldType.UINT32),
    ENUMFLAGS16(FieldType.UINT32),
    ENUMFLAGS32(FieldType.UINT32),
    SIGTYPE(FieldType.UINT32),
    SIGSET(FieldType.UINT32),
    SYSCALLID(FieldType.UINT32),
    RELTIME(FieldType.TIME),
    ABSTIME(FieldType.TIME),
    CHARBUF(FieldType.TEXT),
    FSPATH(FieldType.PATH),
    FSRELPATH(FieldType.PATH),
    BYTEBUF(FieldType.BYTES),
    SOCKADDR(FieldType.BYTES),
    SOCKTUPLE(FieldType.BYTES),
    FDLIST(FieldType.BYTES),
    DYN(FieldType.BYTES);

    private final FieldType fieldType;

    ParameterType(FieldType fieldType) {
        this.fieldType = fieldType;
    }

    /** Returns the type of the raw value in conditions. */
    public FieldType fieldType() {
        return fieldType;
    }
}
