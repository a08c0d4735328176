// Starts `taipan lsp` for Python files. What can be in the server is in the server.
import { commands, ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

function create(): LanguageClient {
  const settings = workspace.getConfiguration("taipan");
  const server: ServerOptions = {
    command: settings.get<string>("path", "taipan"),
    args: settings.get<string[]>("arguments", ["lsp"]),
  };
  const stdlib = settings.get<string>("stdlib", "");
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
    ],
    initializationOptions: stdlib === "" ? {} : { stdlib },
  };
  return new LanguageClient("taipan", "Taipan", server, options);
}

async function start(): Promise<void> {
  client = create();
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    await window.showErrorMessage(`Taipan's language server did not start: ${String(error)}`);
  }
}

export async function activate(context: ExtensionContext): Promise<void> {
  const restart = commands.registerCommand("taipan.restart", async () => {
    await deactivate();
    await start();
  });
  context.subscriptions.push(restart);
  await start();
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}
