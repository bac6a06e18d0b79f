"""Adds what AWS documents about SQS and DynamoDB, and moto leaves out: limits, conflicts and throttling.

SQS: a FIFO queue remembers deduplication ids for five minutes, also after the message is deleted. An outdated receipt handle deletes
nothing. A receive call sees one state of the queue. POST /stand-in/clock moves the clock of all queues.

DynamoDB: a write of an item that a transaction is writing fails with a conflict. The key of an index has one type. BatchGetItem leaves keys unprocessed.

By default, a small part of all requests is throttled or conflicts. The random numbers have a seed, which POST /stand-in/faults changes
together with the rates, and which makes the faults of a single thread repeatable. Rules of POST /stand-in/faults fail certain requests:

    {"operation": "regular expression for DynamoDB.PutItem, SQS.SendMessage, ...; of a text in the body too, with `body`",
     "after": requests that pass first, "times": requests that fail, "error": code, "status": HTTP status, "lost": performed or not}
"""

import functools
import io
import json
import random
import re
import threading

import moto.dynamodb.models as dynamodb
import moto.sqs.models as sqs
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import TransactionCanceledException
from moto.dynamodb.responses import DynamoHandler

DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
CONFLICT = "Transaction is ongoing for the item"
DEDUPLICATION_MILLIS = 5 * 60 * 1000
SERVICES = {"DynamoDB_20120810": "DynamoDB", "AmazonSQS": "SQS"}
THROTTLED_OPERATIONS = re.compile(
    r"DynamoDB\.(GetItem|PutItem|UpdateItem|DeleteItem|Query|Scan|BatchGetItem|TransactWriteItems)"
    r"|SQS\.(SendMessage|SendMessageBatch|ReceiveMessage|DeleteMessage|ChangeMessageVisibility)"
)
THROTTLING_ERRORS = {
    "DynamoDB": ["ProvisionedThroughputExceededException", "ThrottlingException"],
    "SQS": ["RequestThrottled"],
}


class Faults:
    """Decides which requests fail."""

    def __init__(self, seed=18, throttled=0.003, conflicts=0.02, unprocessed=0.1, rules=()):
        self.random = random.Random(seed)
        self.throttled = throttled
        self.conflicts = conflicts
        self.unprocessed = unprocessed
        self.rules = [dict(rule) for rule in rules]
        self.lock = threading.Lock()

    def happens(self, rate):
        with self.lock:
            return self.random.random() < rate

    def choose(self, values):
        with self.lock:
            return self.random.choice(values)

    def rule(self, operation, body):
        """Returns the rule that fails a request, if any."""
        with self.lock:
            for rule in self.rules:
                if not re.fullmatch(rule["operation"], operation) or rule.get("body", "") not in body:
                    continue
                if rule.get("after", 0) > 0:
                    rule["after"] -= 1
                elif rule.get("times", 1) > 0:
                    rule["times"] = rule.get("times", 1) - 1
                    return rule
            return None


class StandIn:
    """A WSGI application in front of moto."""

    def __init__(self, application):
        self.application = application
        self.faults = Faults()
        self.clock_millis = 0
        self.install_queues()
        self.install_conflicts()
        self.install_unprocessed_keys()

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        service = SERVICES.get(target.rpartition(".")[0])
        if not path.startswith("/stand-in/") and service is None:
            return self.application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if path.startswith("/stand-in/"):
            return self.control(path, json.loads(body or b"{}"), start_response)
        operation = service + "." + target.rpartition(".")[2]
        if operation == "SQS.ReceiveMessage":
            body = self.known_attribute_names(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
        rule = self.faults.rule(operation, body.decode("utf-8", "replace"))
        if rule:
            if rule.get("lost"):
                b"".join(self.application(environ, lambda status, headers, exc_info=None: None))
            return self.error(service, rule.get("error", "InternalServerError"), rule.get("status", 500), start_response)
        if THROTTLED_OPERATIONS.fullmatch(operation) and self.faults.happens(self.faults.throttled):
            return self.error(service, self.faults.choose(THROTTLING_ERRORS[service]), 400, start_response)
        return self.application(environ, start_response)

    def control(self, path, request, start_response):
        if path == "/stand-in/faults":
            self.faults = Faults(**request)
        elif path == "/stand-in/clock":
            self.clock_millis += request["advanceMillis"]
        else:
            raise ValueError("unknown path " + path)
        return self.reply(start_response, 200, [], {})

    @staticmethod
    def known_attribute_names(body):
        """Debian's moto knows only the older name of the attributes."""
        request = json.loads(body)
        request["AttributeNames"] = request.get("AttributeNames", []) + request.pop("MessageSystemAttributeNames", [])
        return json.dumps(request).encode()

    def error(self, service, code, status, start_response):
        prefix = DYNAMODB if service == "DynamoDB" else "com.amazonaws.sqs#"
        headers = [("x-amzn-query-error", code + ";Sender")] if service == "SQS" else []
        return self.reply(start_response, status, headers, {"__type": prefix + code, "message": "The request was denied: " + code})

    @staticmethod
    def reply(start_response, status, headers, document):
        body = json.dumps(document).encode()
        content = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(body)))]
        start_response("%d -" % status, headers + content)
        return [body]

    def install_queues(self):
        millis = sqs.unix_time_millis
        sqs.unix_time_millis = lambda: millis() + self.clock_millis
        lock = threading.RLock()

        def add_message(queue, message):
            with lock:
                # A message that moves to a dead-letter queue is not sent again.
                if queue.fifo_queue and message.approximate_receive_count == 0:
                    now = sqs.unix_time_millis()
                    ids = queue.__dict__.setdefault("deduplication_ids", {})
                    for known in [known for known, until in ids.items() if until <= now]:
                        del ids[known]
                    scope = message.group_id if queue.deduplication_scope == "messageGroup" else None
                    if (scope, message.deduplication_id) in ids:
                        return
                    ids[scope, message.deduplication_id] = now + DEDUPLICATION_MILLIS
                with queue._messages_lock:
                    queue._messages.append(message)
                    queue._messages_lock.notify_all()

        def delete_message(queue, receipt_handle):
            with lock:
                if any(receipt_handle in message._old_receipt_handles for message in queue._messages):
                    return
                delete(queue, receipt_handle)

        def receive_message(backend, queue_name, count, wait_seconds_timeout, *args, **kwargs):
            end = millis() + wait_seconds_timeout * 1000
            queue = backend.get_queue(queue_name)
            while True:
                with lock:
                    # moto does this one by one, and so delivers a later message of a group before an earlier one.
                    queue.pending_messages.difference_update([message for message in queue.pending_messages if message.visible])
                    messages = receive(backend, queue_name, count, 0, *args, **kwargs)
                if messages or millis() >= end:
                    return messages
                with queue._messages_lock:
                    queue._messages_lock.wait(0.05)

        delete = sqs.Queue.delete_message
        receive = sqs.SQSBackend.receive_message
        sqs.Queue.add_message = add_message
        sqs.Queue.delete_message = delete_message
        sqs.SQSBackend.receive_message = receive_message

    def install_conflicts(self):
        backend = dynamodb.DynamoDBBackend
        inside = threading.local()
        lock = threading.Lock()
        transacting = set()
        transacted = set()

        def key_of(self, table_name, item):
            table = self.get_table(table_name)
            return (table.name,) + tuple(json.dumps(item.get(name)) for name in (table.hash_key_attr, table.range_key_attr) if name)

        def conflicting(write):
            """A write conflicts with a transaction of the same item. Items that no transaction writes never conflict."""

            @functools.wraps(write)
            def checked(backend, table_name, item, *args, **kwargs):
                if not getattr(inside, "transaction", False):
                    key = key_of(backend, table_name, item)
                    with lock:
                        ongoing, known = key in transacting, key in transacted
                    if ongoing or known and self.faults.happens(self.faults.conflicts):
                        raise JsonRESTError(DYNAMODB + "TransactionConflictException", CONFLICT)
                result = write(backend, table_name, item, *args, **kwargs)
                check_index_keys(backend, table_name, item)
                return result

            return checked

        def check_index_keys(backend, table_name, item):
            table = backend.get_table(table_name)
            stored = backend.get_item(table_name, {name: item[name] for name in (table.hash_key_attr, table.range_key_attr) if name})
            types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table.attr}
            for name in types if stored else ():
                value = stored.attrs.get(name)
                if value is not None and value.type != types[name]:
                    message = "Type mismatch for Index Key %s Expected: %s Actual: %s" % (name, types[name], value.type)
                    raise JsonRESTError(DYNAMODB + "ValidationException", "One or more parameter values were invalid: " + message)

        for name in ("put_item", "update_item", "delete_item"):
            setattr(backend, name, conflicting(getattr(backend, name)))
        transact = backend.transact_write_items

        def transact_write_items(backend, transact_items):
            operations = [next(iter(entry.values())) for entry in transact_items]
            keys = [key_of(backend, operation["TableName"], operation.get("Key") or operation["Item"]) for operation in operations]
            random_conflict = self.faults.choose(keys) if self.faults.happens(self.faults.conflicts) else None
            with lock:
                conflicts = [key in transacting or key == random_conflict for key in keys]
                if any(conflicts):
                    raise TransactionCanceledException(
                        [("TransactionConflict", CONFLICT, None) if conflict else (None, None, None) for conflict in conflicts]
                    )
                transacting.update(keys)
                transacted.update(keys)
            inside.transaction = True
            try:
                return transact(backend, transact_items)
            finally:
                inside.transaction = False
                with lock:
                    transacting.difference_update(keys)

        backend.transact_write_items = transact_write_items

    def install_unprocessed_keys(self):
        batch_get_item = DynamoHandler.batch_get_item

        def partial(handler):
            left = {}
            for table, request in handler.body["RequestItems"].items():
                keys = request["Keys"]
                if len(keys) > 1 and self.faults.happens(self.faults.unprocessed):
                    request["Keys"], unprocessed = keys[: len(keys) // 2], keys[len(keys) // 2 :]
                    left[table] = {**request, "Keys": unprocessed}
            response = json.loads(batch_get_item(handler))
            response["UnprocessedKeys"] = {**response.get("UnprocessedKeys", {}), **left}
            return json.dumps(response)

        DynamoHandler.batch_get_item = partial
