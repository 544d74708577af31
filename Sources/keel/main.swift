import KeelCommands

KeelCommandLine.run()
