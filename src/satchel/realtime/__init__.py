"""Realtime: what was committed, told to whoever may know of it.

In charge of: clients and what they follow (`clients`), reading commits from the change log (`feed`), who may be told
what (`judge`, `local_rule`), the identity of clients over time (`holders`), workers telling each other (`mailbox`,
`bell`), and delivery (`realtime`). Not in charge of: how a protocol names topics and shapes messages: the wires hand in
`Subscription`s and an `Outlet`.
"""
