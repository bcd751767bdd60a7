"""`/websocket`, and subscriptions on `/graphql`: the parts of this wire that stay open.

In charge of: messages, their exact words and their order. Not in charge of: connections (`http/websocket`), who is told
of what (`realtime/`), or what reads and writes mean (the handlers of `/items`).
"""
