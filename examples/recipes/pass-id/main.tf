data "maas_workspace" "search" {
  name = "search-ranking"
}

# A placeholder for a module or a resource that needs the workspace's ID.
resource "terraform_data" "service" {
  input = {
    workspace_id = data.maas_workspace.search.id
  }
}
